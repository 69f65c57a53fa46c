//go:build ignore

// Command testsum reads the output of go test -json and prints what a person
// wants to see of it: the line of each package, the output of what failed, what
// was skipped and why, and the count. It fails unless tests ran, all passed and
// none was skipped.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// event is an entry of the stream that "go doc test2json" describes.
type event struct {
	Action, Package, ImportPath, Test, Output string
}

type test struct{ pkg, name string }

func main() {
	output := map[test]*strings.Builder{}
	passed, failed, skipped, broken := 0, 0, 0, 0
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Println(lines.Text())
			broken++
			continue
		}
		key := test{e.Package + e.ImportPath, e.Test}
		switch {
		case e.Action == "output" || e.Action == "build-output":
			if output[key] == nil {
				output[key] = &strings.Builder{}
			}
			output[key].WriteString(e.Output)
		case e.Action == "build-fail" || e.Test == "" && e.Action == "fail":
			fmt.Print(written(output[key]))
			broken++
		case e.Test == "" && e.Action == "pass":
			fmt.Print(lastLine(written(output[key])))
		case e.Test == "":
			// The package starts, or has no tests.
		case e.Action == "pass":
			passed++
			delete(output, key)
		case e.Action == "fail":
			failed++
			fmt.Print(written(output[key]))
		case e.Action == "skip":
			skipped++
			fmt.Print(written(output[key]))
		}
	}
	if err := lines.Err(); err != nil {
		fmt.Println(err)
		broken++
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped)
	if passed == 0 || failed+skipped+broken > 0 {
		os.Exit(1)
	}
}

func written(output *strings.Builder) string {
	if output == nil {
		return ""
	}
	return output.String()
}

// lastLine returns the line that go test closes a package with.
func lastLine(output string) string {
	return output[strings.LastIndex(strings.TrimSuffix(output, "\n"), "\n")+1:]
}
