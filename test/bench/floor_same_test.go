package bench_test

import (
	"bytes"
	"testing"
)

// What the server is compared with must answer the very same bytes.
func TestFloorAnswersTheSame(t *testing.T) {
	t.Parallel()
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			in := install(t, database, 3, nil, nil)
			address := openFloor(t, database, in, in.users)
			server, err := dial(in.address)
			check(t, err)
			defer server.conn.Close()
			other, err := dial(address)
			check(t, err)
			defer other.conn.Close()
			for _, id := range in.users {
				want, err := server.do(in.scim(200, "GET", "/Users/"+id.String(), ""))
				check(t, err)
				for _, path := range []string{"/columns/", "/stored/"} {
					got, err := other.do(request{status: 200}.with("GET", path+id.String(), "", "", ""))
					if err != nil || !bytes.Equal(got, want) {
						t.Errorf("%s: %v\n%s\nwant\n%s", path, err, got, want)
					}
				}
			}
		})
	}
}
