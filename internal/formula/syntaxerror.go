package formula

import "fmt"

// SyntaxError says where a formula is wrong, what is wrong and what is expected.
type SyntaxError struct {
	Pos     int    // 1-based rune position in the source
	Message string // a Chinese sentence for the person who wrote the formula
}

// Error gives position and sentence together.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("第 %d 个字符:%s", e.Pos, e.Message)
}

func fail(pos int, format string, args ...any) *SyntaxError {
	return &SyntaxError{Pos: pos, Message: fmt.Sprintf(format, args...)}
}
