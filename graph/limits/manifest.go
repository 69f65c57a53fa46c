package limits

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

const (
	maxManifest  = 32 << 20 // bytes of one file
	maxDocuments = 10_000
)

// Manifest reads trusted documents from a file, or from all files *.json of a
// folder: JSON objects of documents by their SHA-256, as GraphQL code generators
// write them ({"sha256:ab…": "query People { … }"}). The error names the file and
// the fault.
func Manifest(path string) (map[Digest]string, error) {
	files := []string{path}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		if files, err = filepath.Glob(filepath.Join(path, "*.json")); err != nil {
			return nil, err
		}
		slices.Sort(files)
	}
	documents := make(map[Digest]string)
	for _, file := range files {
		if err := readManifest(documents, file); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	if len(documents) == 0 {
		return nil, fmt.Errorf("%s has no documents", path)
	}
	if len(documents) > maxDocuments {
		return nil, fmt.Errorf("%s has %d documents; at most %d are allowed", path, len(documents), maxDocuments)
	}
	return documents, nil
}

func readManifest(into map[Digest]string, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	if err != nil {
		return err
	}
	if len(text) > maxManifest {
		return fmt.Errorf("it is longer than %d bytes", maxManifest)
	}
	var entries map[string]string
	if json.Unmarshal(text, &entries) != nil {
		return errors.New(`it must be one JSON object of documents by their SHA-256: {"sha256:…": "query …"}`)
	}
	for name, document := range entries {
		d, ok := ParseDigest(name)
		if !ok || sha256.Sum256([]byte(document)) != d {
			return fmt.Errorf("%.80q is not the SHA-256 of its document; let the code generator hash with SHA-256", name)
		}
		into[d] = document
	}
	return nil
}
