package dberror_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/generated/privacy"
	"github.com/feddir/feddir/ent/rule"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/internal/apierror"
)

func TestDescribe(t *testing.T) {
	t.Parallel()
	for code, err := range map[apierror.Code]error{
		apierror.Conflict:    dberror.Taken("userName"),
		apierror.Forbidden:   &rule.Denied{Reason: "not yours"},
		apierror.Unavailable: sqlconn.ErrUnknownOutcome,
		apierror.Limit:       sqlconn.ErrReadLimit,
		apierror.Timeout:     context.DeadlineExceeded,
		apierror.Internal:    errors.New("secret"),
	} {
		e := dberror.Describe(fmt.Errorf("wrapped: %w", err))
		if e.Code != code || e.Message == err.Error() && code == apierror.Internal {
			t.Errorf("%v is described as %+v", err, e)
		}
	}
	if code := dberror.CodeOf(fmt.Errorf("rule: %w", privacy.Deny)); code != apierror.Forbidden {
		t.Errorf("a denial is %s", code)
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	two := 2
	if dberror.CheckVersion(nil, 1) != nil || dberror.CheckVersion(&two, 2) != nil || dberror.CheckVersion(&two, 3) != error(dberror.ErrVersion) {
		t.Error("a version is checked that nobody asked for, or not the one that was")
	}
	if dberror.One(1, nil) != nil || dberror.One(0, nil) != error(dberror.ErrVersion) {
		t.Error("a write that met no row is none, and one that met its row is")
	}
}
