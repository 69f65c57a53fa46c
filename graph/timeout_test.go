package graph_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/internal/apierror"
)

// The time of a request is up while the database makes it wait for a lock: the
// statement ends with it, long before the lock would have been given up.
func TestTimeOfARequestEndsItsStatement(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		ada := w.mustCreateUser(t, "ada")
		held, release, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
		go func() {
			ended <- db.InTx(viewer.WithOperator(t.Context()), func(ctx context.Context) error {
				err := db.Client(ctx).User.Update().Where(user.ID(ada.ID), user.DirectoryID(ada.DirectoryID)).SetNickName("held").Exec(ctx)
				close(held)
				<-release
				return err
			})
		}()
		<-held
		limits := limits.DefaultLimits()
		limits.Timeout = 200 * time.Millisecond
		waiting := &world{Operations: graph.New(db, graph.Config{Limits: limits}).Operations(), api: w.api}
		got := waiting.refused(t, w.api, `mutation { updateUser(input: {id: "`+ada.ID.String()+`", patch: {title: "x"}}) { user { id } } }`, nil)
		if got.Extensions.Code != apierror.Timeout || strings.Contains(got.Message, "lock") {
			t.Errorf("%+v", got)
		}
		close(release)
		if err := <-ended; err != nil {
			t.Error(err)
		}
		var answer struct {
			Node struct{ NickName, Title string }
		}
		w.query(t, w.api, `{ node(id: "`+ada.ID.String()+`") { ... on User { nickName title } } }`, &answer)
		if answer.Node.NickName != "held" || answer.Node.Title == "x" {
			t.Errorf("what was given up took effect: %+v", answer)
		}
	})
}
