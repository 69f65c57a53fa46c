package load

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/internal/apierror"
)

// below returns the context of a field of a document, below those of ctx.
func below(ctx context.Context, f *ast.Field) context.Context {
	return graphql.WithFieldContext(ctx, &graphql.FieldContext{Parent: graphql.GetFieldContext(ctx), Field: graphql.CollectedField{Field: f}})
}

// squares loads the squares of numbers but 0, and notes what it reads at a time.
func squares(read *[][]int) *Loader[int, *int] {
	return New(func(_ context.Context, keys []int) (map[int]*int, error) {
		*read = append(*read, slices.Sorted(slices.Values(keys)))
		found := make(map[int]*int)
		for _, k := range keys {
			if k != 0 {
				found[k] = new(k * k)
			}
		}
		return found, nil
	})
}

func TestPrimedKeysAreReadTogether(t *testing.T) {
	t.Parallel()
	var read [][]int
	l := squares(&read)
	ctx := NewContext(t.Context())
	list := below(ctx, &ast.Field{Name: "list"})
	l.Prime(list, "square", []int{1, 2, 0})
	l.Prime(list, "other", []int{8, 9})
	for _, key := range []int{2, 1, 2} {
		if got, err := Required(l.Load(below(list, &ast.Field{Name: "square"}), "square", key)); err != nil || *got != key*key {
			t.Errorf("the square of %d is %v, %v", key, got, err)
		}
	}
	if got, err := Optional(l.Load(list, "square", 0)); got != nil || err != nil {
		t.Errorf("what is not there is %v, %v", got, err)
	}
	_, err := Required(l.Load(list, "square", 0))
	if e, ok := errors.AsType[*apierror.Error](err); !ok || e.Code != apierror.NotFound {
		t.Errorf("what must be there and is not: %v", err)
	}
	if want := [][]int{{0, 1, 2}}; !reflect.DeepEqual(read, want) {
		t.Errorf("read %v, want %v", read, want)
	}
	if _, ok, err := l.Find(list, 5); !ok || err != nil || len(read) != 2 {
		t.Errorf("a key that is not primed: %v, %v, %v", ok, err, read)
	}
}

// What is true after a mutation is read anew; what is not of a request, always.
func TestWhatIsReadAnew(t *testing.T) {
	t.Parallel()
	request := NewContext(t.Context())
	for name, c := range map[string]struct {
		ctx   context.Context
		reset bool
		want  int
	}{
		"a request":           {request, false, 1},
		"after a mutation":    {NewContext(t.Context()), true, 2},
		"no request":          {t.Context(), false, 2},
		"no request, changed": {t.Context(), true, 2},
	} {
		var read [][]int
		l := squares(&read)
		for range 2 {
			if _, ok, err := l.Load(c.ctx, "square", 3); !ok || err != nil {
				t.Errorf("%s: %v, %v", name, ok, err)
			}
			if c.reset {
				Reset(c.ctx)
			}
		}
		if len(read) != c.want {
			t.Errorf("%s: read %v", name, read)
		}
	}
}

func TestErrorsOfReading(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	l := New(func(context.Context, []int) (map[int]*int, error) { return nil, broken })
	if _, err := Optional(l.Load(NewContext(t.Context()), "square", 1)); !errors.Is(err, broken) {
		t.Error(err)
	}
	if _, err := PerOwner(t.Context(), Field{}, Owner{}, func(context.Context, []Owner) (map[uuid.UUID]int, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
}

// What was loaded with one statement leads on with one statement.
func TestLoadedValuesArePrimed(t *testing.T) {
	t.Parallel()
	var read [][]int
	var primed []*int
	owner := func(v *int) Owner { return Owner{ID: uuid.UUID{byte(*v)}} }
	l := squares(&read).Leading(owner, func(ctx context.Context, values []*int) {
		primed = append(primed, values...)
		owners := make([]Owner, len(values))
		for i, v := range values {
			owners[i] = owner(v)
		}
		Prime(ctx, owners)
	})
	list := below(NewContext(t.Context()), &ast.Field{Name: "list"})
	l.Prime(list, "square", []int{1, 2, 0})
	square := below(list, &ast.Field{Name: "square"})
	for _, key := range []int{1, 2} {
		if _, _, err := l.Load(square, "square", key); err != nil {
			t.Fatal(err)
		}
	}
	if len(primed) != 2 || *primed[0] != 1 || *primed[1] != 4 {
		t.Errorf("primed %v", primed)
	}
}

func TestFieldsOfOwnersAreReadTogether(t *testing.T) {
	t.Parallel()
	owners := []Owner{{ID: uuid.UUID{1}}, {ID: uuid.UUID{2}}}
	directories, keys := &ast.Field{Name: "directories"}, &ast.Field{Name: "keys"}
	list := below(NewContext(t.Context()), directories)
	Prime(list, owners)
	field := below(list, keys)
	var read [][]uuid.UUID
	ask := func(f Field, o Owner) string {
		got, err := PerOwner(field, f, o, func(_ context.Context, owners []Owner) (map[uuid.UUID]string, error) {
			read = append(read, IDs(owners))
			values := make(map[uuid.UUID]string)
			for _, o := range owners {
				values[o.ID] = o.ID.String()
			}
			return values, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	other := Owner{ID: uuid.UUID{3}}
	for _, o := range append(owners, other) {
		for _, f := range []Field{FieldOf(field), FieldOf(field).Total()} {
			if got := ask(f, o); got != o.ID.String() {
				t.Errorf("%v has %q", o.ID, got)
			}
		}
	}
	all, alone := IDs(owners), []uuid.UUID{other.ID}
	if want := [][]uuid.UUID{all, all, alone, alone}; !reflect.DeepEqual(read, want) {
		t.Errorf("read %v, want %v", read, want)
	}
}

func TestEachRequestAndEachEventLoadsByItself(t *testing.T) {
	t.Parallel()
	var seen []*loaders
	note := func(ctx context.Context) { seen = append(seen, loadersOf(ctx)) }
	handler := Requests(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { note(r.Context()) }))
	for range 2 {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil))
	}
	ctx := NewContext(t.Context())
	note(ctx)
	for _, op := range []ast.Operation{ast.Subscription, ast.Subscription, ast.Query} {
		operation := graphql.WithOperationContext(ctx, &graphql.OperationContext{Operation: &ast.OperationDefinition{Operation: op}})
		Events(operation, func(ctx context.Context) *graphql.Response { note(ctx); return nil })
	}
	if query := seen[5]; query != seen[2] {
		t.Error("a query loads apart from its request")
	}
	for i, l := range seen[:5] {
		if l == nil || slices.Contains(seen[:i], l) {
			t.Errorf("context %d loads with another", i)
		}
	}
}
