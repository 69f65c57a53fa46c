package jsontext_test

import (
	"testing"

	"github.com/feddir/feddir/internal/jsontext"
)

func TestHalfCharacter(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`"\ud83d"`: true, `"\uD83D\n"`: true, `"a\ude00"`: true, `"\ude00\ud83d"`: true, `"\ud83d\ud83d\ude00"`: true, `"\ud83dx\ude00"`: true, `"\ud83d😀"`: true,
		`{"\udfff":1}`: true, `"\\\ud83d"`: true, `"\ud83d\\ude00"`: true, `"\ud83d`: true,
		`"\ud83d\ude00"`: false, `"\uD83D\uDE00"`: false, `"\\ud83d"`: false, `"\\\\ud83d"`: false, `"😀\ufffd\u0041"`: false, ``: false, `\`: false, `"\u12`: false,
	} {
		if got := jsontext.HalfCharacter(text); got != want {
			t.Errorf("%s: %t", text, got)
		}
		if got := jsontext.HalfCharacter([]byte(text)); got != want {
			t.Errorf("bytes %s: %t", text, got)
		}
	}
}

func TestHoldsNUL(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`"\u0000"`: true, `"a\\\u0000"`: true, `{"\u0000":1}`: true, `"\\u0000"`: false, `"C:\\u0000"`: false, `"\u0001"`: false, `"u0000"`: false, ``: false, `"\\\\u0000"`: false,
	} {
		if got := jsontext.HoldsNUL(text); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}
