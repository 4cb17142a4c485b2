package reporting

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// sealCursor writes where a page ended so that nobody builds on what is in it.
func sealCursor(parts ...any) string {
	said := make([]string, len(parts))
	for i, p := range parts {
		said[i] = fmt.Sprint(p)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(said, "|")))
}

// openCursor reads what sealCursor wrote, nil for anything else.
func openCursor(text string) []string {
	plain, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil
	}
	return strings.Split(string(plain), "|")
}
