package graph_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

// What a validator of the model finds is told by its type, with the field and
// what is wrong with it.
func TestViolationsOfTheModelAreTold(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		operator := viewer.WithOperator(t.Context())
		for name, in := range map[string]model.CreateCompanyInput{
			"short name": {ShortName: "a b", Name: "x"},
			"empty":      {ShortName: "quay", Name: ""},
			"too long":   {ShortName: "quay", Name: strings.Repeat("ü", 101)},
		} {
			_, err := w.CreateCompany(operator, in)
			v, ok := errors.AsType[*schematype.Violation](err)
			e := dberror.Describe(err)
			if !ok || e.Code != apierror.Invalid || e.Field == "" || e.Message != e.Field+" "+v.Reason {
				t.Errorf("%s: %+v, %v", name, e, err)
			}
		}
		longest := model.CreateCompanyInput{ShortName: "quay", Name: strings.Repeat("ü", 100)}
		if _, err := w.CreateCompany(operator, longest); err != nil {
			t.Error(err)
		}
	})
}
