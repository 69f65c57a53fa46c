package search

import (
	"slices"
	"strings"
)

// minDigits is how many digits make a phone number, or a piece of one that is looked for.
const minDigits = 3

// ending marks the digits of a phone number read from its end, by which it is
// found by its last digits.
const ending = "r"

// phoneForms returns what a phone number is found by: all its digits, those
// after the country code, and the digits from the end. "+41 (0)44 123" and
// "044 123" have the second and the third in common.
func phoneForms(number string) []string {
	digits, international := phoneDigits(number)
	if len(digits) < minDigits {
		return nil
	}
	forms := []string{digits, ending + reversed(digits)}
	if national := digits[min(countryCode(digits), len(digits)):]; international && len(national) >= minDigits {
		forms = append(forms, national)
	}
	return forms
}

// phoneDigits returns the digits of a phone number without what is dialled
// before it, and whether they begin with a country code.
func phoneDigits(number string) (digits string, international bool) {
	number = strings.ReplaceAll(number, "(0)", "")
	all := onlyDigits(number)
	international = strings.HasPrefix(strings.TrimLeft(number, " tel:("), "+") || strings.HasPrefix(all, "00")
	all = strings.TrimLeft(all, "0")
	return all[:min(len(all), maxTerm-len(ending))], international
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, s)
}

func reversed(digits string) string {
	b := []byte(digits)
	slices.Reverse(b)
	return string(b)
}

// twoDigits are the country codes of two digits (ITU-T E.164); of the others
// 1 and 7 have one, the rest has three.
const twoDigits = " 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 "

// countryCode returns how many of the digits are the country code.
func countryCode(digits string) int {
	switch {
	case digits[0] == '1' || digits[0] == '7':
		return 1
	case strings.Contains(twoDigits, " "+digits[:2]+" "):
		return 2
	}
	return 3
}
