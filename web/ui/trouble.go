package ui

import (
	"net/http"
	"strconv"
)

// sentence is what is said about a status, and what can be done about it.
type sentence struct{ message, next string }

var sentences = map[int]sentence{
	http.StatusBadRequest:            {"这个请求无法识别", "请返回上一页,检查填写的内容后再试。"},
	http.StatusForbidden:             {"您没有权限查看或操作这项内容", "如果工作需要,请联系本单位管理员开通权限。"},
	http.StatusNotFound:              {"没有找到这个页面或记录", "它可能已被删除,或不在您的数据范围内。请检查网址,或从导航重新进入。"},
	http.StatusConflict:              {"内容已被他人修改", "请返回上一页刷新,核对最新内容后再操作。"},
	http.StatusUnprocessableEntity:   {"填写的内容有误", "请返回上一页,按上面的说明改正后再试。"},
	http.StatusRequestEntityTooLarge: {"上传的内容太大", "请缩小文件或分几次上传。"},
	http.StatusMethodNotAllowed:      {"这个页面不支持这种操作", "请从导航重新进入。"},
	http.StatusTooManyRequests:       {"操作太频繁", "请等一分钟再试。"},
}

var internalSentence = sentence{"系统出错了,已经记录", "您填写的内容没有丢失时可以直接重试;仍不成功请联系管理员。"}

func (t Trouble) sentence() sentence {
	if s, ok := sentences[t.Status]; ok {
		return s
	}
	return internalSentence
}

func (t Trouble) message() string {
	if t.Message != "" {
		return t.Message
	}
	return t.sentence().message
}

func (t Trouble) next() string {
	if t.Next != "" {
		return t.Next
	}
	return t.sentence().next
}

func (t Trouble) back() string {
	if t.Back != "" {
		return t.Back
	}
	return "/"
}

func (t Trouble) status() string { return strconv.Itoa(t.Status) }

// dotted sets a place name after the product's, with a dot between.
func dotted(name string) string {
	if name == "" {
		return ""
	}
	return " · " + name
}
