// Goclient lists the people of a company, finds some of them and gives one of
// them another title, with types that genqlient generates from the schema.
//
//	FEDDIR_URL=http://127.0.0.1:8080 FEDDIR_API_KEY=fda_… go run . ann
package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/Khan/genqlient/graphql"
)

//go:generate go tool genqlient

// pageSize is how many people are read at a time.
const pageSize = 20

func main() {
	log.SetFlags(0)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	url := cmp.Or(os.Getenv("FEDDIR_URL"), "http://127.0.0.1:8080") + "/graphql"
	client := graphql.NewClient(url, &http.Client{Transport: bearer(os.Getenv("FEDDIR_API_KEY"))})
	query := ""
	if len(os.Args) > 1 {
		query = os.Args[1]
	}
	if err := run(ctx, client, query, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, client graphql.Client, query string, out io.Writer) error {
	everyone, total, err := all(ctx, client)
	if err != nil {
		return err
	}
	if len(everyone) != total {
		return fmt.Errorf("%d people were listed of %d", len(everyone), total)
	}
	fmt.Fprintln(out, total, "people")
	if query == "" || total == 0 {
		return nil
	}
	page, err := Search(ctx, client, query, pageSize, nil)
	if err != nil {
		return err
	}
	if len(page.Users.Edges) == 0 {
		return fmt.Errorf("nobody is found by %q", query)
	}
	for _, e := range page.Users.Edges {
		fmt.Fprintf(out, "%s <%s>\n", text(e.Node.DisplayName), e.Node.UserName)
	}
	return retitle(ctx, client, page.Users.Edges[0].Node.Person, out)
}

// all reads everyone, page by page.
func all(ctx context.Context, client graphql.Client) (people []Person, total int, err error) {
	for after := (*string)(nil); ; {
		page, err := People(ctx, client, pageSize, after)
		if err != nil {
			return nil, 0, err
		}
		for _, e := range page.Users.Edges {
			people = append(people, e.Node.Person)
		}
		if after = page.Users.PageInfo.EndCursor; !page.Users.PageInfo.HasNextPage {
			return people, page.Users.TotalCount, nil
		}
	}
}

// retitle changes a person unless somebody else did since p was read.
func retitle(ctx context.Context, client graphql.Client, p Person, out io.Writer) error {
	title := "Pilot"
	changed, err := SetTitle(ctx, client, p.Id, &p.Version, &title)
	if err != nil {
		return err
	}
	now := changed.UpdateUser.User
	fmt.Fprintf(out, "%s is %s in version %d\n", now.UserName, text(now.Title), now.Version)
	return nil
}

// bearer shows an access token with each request.
type bearer string

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+string(b))
	return http.DefaultTransport.RoundTrip(r)
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
