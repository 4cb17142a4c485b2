package pg

import "strings"

// Storable drops what PostgreSQL refuses in a text, so that odd input finds nothing instead of failing.
func Storable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", "")
}

// NonNil is the list as an array that is empty, and not NULL, when there is nothing in it.
func NonNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
