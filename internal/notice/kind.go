package notice

// Inbox is the channel inside the product, beside those of package gateway.
const Inbox = "inbox"

// Kind is what a message is about.
type Kind struct {
	Name   string
	Title  string
	Hint   string
	Urgent bool // leaves by every channel that a person has named, unless they say no
}

// The kinds.
const (
	KindSubmitted = "submitted"
	KindReturned  = "returned"
	KindAccepted  = "accepted"
	KindSigned    = "signed"
	KindRemark    = "remark"
	KindExtension = "extension"
	KindReminder  = "reminder"
	KindCircular  = "circular"
)

// Kinds lists the kinds in the order they are shown.
var Kinds = []Kind{
	{KindReminder, "催报", "快到期、今天到期、逾期没有上报的月报,退回后久未重报、过了审核期限的月报", true},
	{KindReturned, "退回和解锁", "月报被退回修改,或已审核的月报被解锁更正", true},
	{KindExtension, "延期", "上级批准了延期", true},
	{KindCircular, "通报", "通报里有本单位", true},
	{KindSubmitted, "上报", "有月报等待审核", false},
	{KindAccepted, "审核通过", "本单位的月报审核通过", false},
	{KindSigned, "签认", "单位负责人签认了已上报的月报", false},
	{KindRemark, "审核意见", "有人对某个数提出意见或答复", false},
}

// KindOf finds a kind by its name.
func KindOf(name string) (Kind, bool) {
	for _, k := range Kinds {
		if k.Name == name {
			return k, true
		}
	}
	return Kind{Name: name, Title: name}, false
}

// urgent lists the names of the kinds that leave unless a person says no.
func urgent() []string {
	var out []string
	for _, k := range Kinds {
		if k.Urgent {
			out = append(out, k.Name)
		}
	}
	return out
}
