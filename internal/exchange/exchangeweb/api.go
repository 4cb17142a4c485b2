package exchangeweb

import (
	"net/http"

	"yigai/internal/exchange"
	"yigai/internal/page"
	"yigai/internal/reporting"
	"yigai/internal/room"
)

// api lists the addresses that other systems use; the shapes are documented by the types they name.
func (h *handlers) api() []room.Route {
	route := func(method, action string, handler page.Handler, doc room.Doc) room.Route {
		return room.Route{Method: method, Path: "/api/v1/values", Action: action, Handler: handler, Doc: &doc}
	}
	return []room.Route{
		route(http.MethodGet, reporting.ActionView, h.apiValues, room.Doc{
			Summary: "已审核和导入的数;format=dhis2、dhis2-csv、adx 时给出整份交换文件(最多 100000 个数,记入导出日志)", Query: valueParams, Response: items[valueJSON]{}}),
		route(http.MethodPost, "", h.apiLoadValues, room.Doc{
			Summary: "上报或导入数;也接受数组本身、text/csv、DHIS2 dataValueSets(JSON、CSV、XML)和 ADX;每次导入都有记录",
			Query:   loadParams, Body: valuesIn{}, Response: loadedJSON{}}),
	}
}

// items is one page of a list; Next goes on with ?cursor=.
type items[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

func listOf[T any](list []T, next string) items[T] {
	answer := items[T]{Items: list}
	if next != "" {
		answer.Next = &next
	}
	return answer
}

// valuesIn is what is sent: figures one by one.
type valuesIn struct {
	Values []exchange.ValueIn `json:"values"`
}

var valueParams = []room.Param{
	{Name: "institution", Description: "机构编码,可重复或用逗号分隔", Example: "K-T01"},
	{Name: "descendants", Description: "连同下级机构", Example: "true"},
	{Name: "element", Description: "数据项编码,可重复或用逗号分隔", Example: "visits_total"},
	{Name: "from", Description: "起始月", Example: "2026-01"},
	{Name: "to", Description: "截止月", Example: "2026-07"},
	{Name: "limit", Description: "每页条数,最多 1000(format 不写时)", Example: "500"},
	{Name: "cursor", Description: "上一页给出的位置(format 不写时)", Example: ""},
	{Name: "format", Description: "dhis2、dhis2-csv 或 adx;未报写作空值并标 deleted,不适用写作 N/A", Example: "dhis2"},
	{Name: "form", Description: "报表编码,只要其中的数据项(format 写明时)", Example: "township_monthly"},
	{Name: "idScheme", Description: "own(默认):本县编码;code:外部编码,没有的用本县编码(format 写明时)", Example: "code"},
	{Name: "numbers_only", Description: "只要数,略去未报和不适用(format 写明时)", Example: "true"},
}

var loadParams = []room.Param{
	{Name: "state", Description: "draft(默认)进入填报中的月报;accepted 作为历史数据直接生效", Example: "accepted"},
	{Name: "dry_run", Description: "只检查,不保存;也可写作 dryRun", Example: "true"},
	{Name: "partial", Description: "有错的行跳过,其余保存", Example: "true"},
	{Name: "mode", Description: "create:只新增;update:只更新;create_and_update(默认);也可写作 importStrategy", Example: "create"},
	{Name: "idScheme", Description: "any(默认):本县编码或外部编码;own:只认本县编码;code:只认外部编码", Example: "code"},
	{Name: "dataElementIdScheme", Description: "数据项的 idScheme,不写同 idScheme", Example: "code"},
	{Name: "orgUnitIdScheme", Description: "机构的 idScheme,不写同 idScheme", Example: "code"},
	{Name: "format", Description: "dhis2:回答里加上 DHIS2 的 status、importCount 和 conflicts(object、value)", Example: "dhis2"},
	{Name: "file", Description: "文件名,记入导入记录", Example: "7月.json"},
}
