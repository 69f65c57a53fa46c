package schematype

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"unicode/utf8"
)

// All returns a validator that fails with the first of these that fails.
func All[T any](validators ...func(T) error) func(T) error {
	return func(value T) error {
		for _, validate := range validators {
			if err := validate(value); err != nil {
				return err
			}
		}
		return nil
	}
}

// AtMost returns a validator that refuses text of more than n characters.
func AtMost(n int) func(string) error {
	return func(s string) error {
		return require(utf8.RuneCountInString(s) <= n, "is longer than %d characters", n)
	}
}

// AtMostBytes returns a validator that refuses more than n bytes.
func AtMostBytes[T string | []byte](n int) func(T) error {
	return func(s T) error { return require(len(s) <= n, "is longer than %d bytes", n) }
}

// NotEmpty refuses the empty text.
func NotEmpty(s string) error { return require(s != "", "must not be empty") }

// NotNegative refuses numbers below zero.
func NotNegative(n int64) error { return require(n >= 0, "must not be negative") }

// Positive refuses numbers below one.
func Positive(n int64) error { return require(n > 0, "must be positive") }

// IsDigest refuses what no SHA-256 returns.
func IsDigest(b []byte) error {
	return require(len(b) == sha256.Size, "must be a digest of %d bytes", sha256.Size)
}

var shortName = regexp.MustCompile(`^[A-Za-z0-9_-]{2,50}$`)

// IsShortName refuses what cannot be a company's short name.
func IsShortName(s string) error {
	return require(shortName.MatchString(s), "must be 2 to 50 letters, digits, - or _")
}

// The lifetimes that an OAuth client's access tokens may have, in seconds, as
// Microsoft Entra ID wants it.
const (
	MinTokenLifetime = 60 * 60
	MaxTokenLifetime = 6 * 60 * 60
)

// IsTokenLifetime refuses lifetimes that access tokens may not have.
func IsTokenLifetime(seconds int) error {
	return require(seconds >= MinTokenLifetime && seconds <= MaxTokenLifetime, "must be %d to %d seconds", MinTokenLifetime, MaxTokenLifetime)
}

func require(ok bool, reason string, args ...any) error {
	if ok {
		return nil
	}
	return &Violation{fmt.Sprintf(reason, args...)}
}
