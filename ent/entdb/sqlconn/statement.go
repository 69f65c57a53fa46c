package sqlconn

import "strings"

// readOnly reports whether a statement certainly writes nothing. It errs towards
// false: such a statement needs a transaction, nothing worse.
func readOnly(query string) bool {
	first := true
	for word, rest := nextWord(query); word != ""; word, rest = nextWord(rest) {
		if first {
			switch strings.ToUpper(word) {
			case "SELECT", "VALUES", "WITH", "SHOW":
				first = false
				continue
			}
			return false
		}
		switch len(word) {
		case 1:
			if word == ";" && strings.TrimSpace(rest) != "" {
				return false
			}
		case 4, 5, 6:
			switch strings.ToUpper(word) {
			case "INTO", "MERGE", "INSERT", "UPDATE", "DELETE":
				return false
			}
		}
	}
	return !first
}

// txControl says what a statement does to the transaction it runs in.
type txControl int

const (
	noControl  txControl = iota
	savepoint            // sets, releases or returns to a savepoint
	boundaries           // begins or ends a transaction behind the driver's back
)

func controlOf(query string) txControl {
	word, rest := nextWord(query)
	switch strings.ToUpper(word) {
	case "SAVEPOINT", "RELEASE":
		return savepoint
	case "ROLLBACK":
		if next, _ := nextWord(rest); strings.EqualFold(next, "TO") {
			return savepoint
		}
		return boundaries
	case "BEGIN", "START", "COMMIT", "END", "ABORT", "PREPARE":
		return boundaries
	}
	return noControl
}

// nextWord returns the first keyword or name outside quotes and comments, or ";",
// and what follows it.
func nextWord(s string) (word, rest string) {
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '\'' || c == '"' || c == '`':
			end := strings.IndexByte(s[i+1:], c)
			if end < 0 {
				return "", ""
			}
			i += end + 2
		case strings.HasPrefix(s[i:], "--"):
			end := strings.IndexByte(s[i:], '\n')
			if end < 0 {
				return "", ""
			}
			i += end
		case strings.HasPrefix(s[i:], "/*"):
			end := strings.Index(s[i:], "*/")
			if end < 0 {
				return "", ""
			}
			i += end + 2
		case c == ';':
			return s[i : i+1], s[i+1:]
		case isWord(c):
			end := i
			for end < len(s) && isWord(s[end]) {
				end++
			}
			return s[i:end], s[end:]
		default:
			i++
		}
	}
	return "", ""
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
