package jsontext

import (
	"strconv"
	"unicode/utf16"
)

// HalfCharacter reports whether a text has the escape of one half of a
// surrogate pair without the other, \ud83d alone, which decoders replace by
// U+FFFD. The strings of GraphQL have the same escapes.
func HalfCharacter[T string | []byte](text T) bool {
	for i := 0; i < len(text); {
		r, n := escape(text, i)
		i += n
		if !utf16.IsSurrogate(r) {
			continue
		}
		low, m := escape(text, i)
		if utf16.DecodeRune(r, low) == '\ufffd' {
			return true
		}
		i += m
	}
	return false
}

// HoldsNUL reports whether a text has the escape of U+0000. A backslash that is
// escaped itself, with u0000 behind it, is none.
func HoldsNUL[T string | []byte](text T) bool {
	for i := 0; i < len(text); {
		r, n := escape(text, i)
		if n == len(`\u0000`) && r == 0 {
			return true
		}
		i += n
	}
	return false
}

// escape reads the \u escape at i, or passes over what else there is: a byte,
// or a backslash with what it escapes. There is no character then.
func escape[T string | []byte](text T, i int) (r rune, n int) {
	const none = -1
	if i >= len(text) || text[i] != '\\' {
		return none, 1
	}
	if i+6 > len(text) || text[i+1] != 'u' {
		return none, 2
	}
	code, err := strconv.ParseUint(string(text[i+2:i+6]), 16, 16)
	if err != nil {
		return none, 2
	}
	return rune(code), 6
}
