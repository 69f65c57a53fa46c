package server_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/feddir/feddir/cmd/feddir/server"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
)

// lines passes on the lines of a log.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

// E-143: a key that ends is announced in the log, without its secret.
func TestKeysThatEndSoonAreLogged(t *testing.T) {
	t.Parallel()
	log := make(lines, 1000)
	s, err := server.Open(t.Context(), server.Config{
		Listen: "127.0.0.1:0", Log: zerolog.New(log),
		Database: patient("sqlite:" + filepath.Join(t.TempDir(), "feddir.db")),
	})
	if err != nil {
		t.Fatal(err)
	}
	ops, ctx := s.Operations(), viewer.WithOperator(t.Context())
	company, err := ops.CreateCompany(ctx, model.CreateCompanyInput{ShortName: "harbor", Name: "Harbor"})
	if err != nil {
		t.Fatal(err)
	}
	end := time.Now().Add(time.Hour)
	made, err := ops.CreateKey(ctx, model.CreateKeyInput{CompanyID: &company.Company.ID, Name: "frontend", ExpiresAt: &end})
	if err != nil {
		t.Fatal(err)
	}
	defer run(t, s)()
	for told := false; !told; {
		select {
		case line := <-log:
			told = strings.Contains(line, made.Key.ID.String())
			if strings.Contains(line, *made.AccessToken) {
				t.Errorf("the log has the secret: %s", line)
			}
		case <-time.After(patience):
			t.Fatal("nothing is said about the key")
		}
	}
}
