package signin

import (
	"net/http"

	"golang.org/x/text/language"
)

// languages are the texts of each language by the English ones. A text that a
// language lacks is English; a test holds that none is lacking.
var languages = map[string]map[string]string{"en": nil, "de": german}

var matcher = language.NewMatcher([]language.Tag{language.English, language.German})

// language returns the language that a browser asks for (RFC 9110, section 12.5.4).
func languageOf(r *http.Request) string {
	tag, _ := language.MatchStrings(matcher, r.Header.Get("Accept-Language"))
	if base, _ := tag.Base(); base.String() == "de" {
		return "de"
	}
	return "en"
}

func translate(to, text string) string {
	if t, ok := languages[to][text]; ok {
		return t
	}
	return text
}
