package eol

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// Limits of what is read from outside.
const (
	MaxBytes     = 64 << 20
	FetchTimeout = 30 * time.Second
)

// Open returns the embedded data, and over it what location names: a file, a URL
// that begins with http:// or https://, or nothing if it is empty. Products in it
// replace embedded ones of the same name.
func Open(ctx context.Context, location string) (Products, error) {
	products := Embedded()
	if location == "" {
		return products, nil
	}
	read := Load
	if strings.HasPrefix(location, "http://") || strings.HasPrefix(location, "https://") {
		read = func(location string) (Products, error) { return Fetch(ctx, location) }
	}
	newer, err := read(location)
	if err != nil {
		return nil, err
	}
	maps.Copy(products, newer)
	return products, nil
}

// Load reads a file of at most [MaxBytes].
func Load(file string) (Products, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read end-of-life data: %w", err)
	}
	defer f.Close()
	products, err := Read(f, strings.TrimSuffix(filepath.Base(file), ".json"))
	if err != nil {
		return nil, fmt.Errorf("read end-of-life data %s: %w", file, err)
	}
	return products, nil
}

// Fetch reads a URL within [FetchTimeout], at most [MaxBytes].
func Fetch(ctx context.Context, address string) (Products, error) {
	ctx, cancel := context.WithTimeout(ctx, FetchTimeout)
	defer cancel()
	products, err := fetch(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("fetch end-of-life data %s: %w", address, err)
	}
	return products, nil
}

func fetch(ctx context.Context, address string) (Products, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("server answers %s", response.Status)
	}
	return Read(response.Body, strings.TrimSuffix(path.Base(u.Path), ".json"))
}
