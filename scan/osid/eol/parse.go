package eol

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/opendeliverygear/odg/metadata"
)

// ErrFormat is wrapped by errors about data that is in none of the formats.
var ErrFormat = errors.New("not end-of-life data")

// Read reads at most [MaxBytes] of data in any of the formats. name is the product
// of a list of cycles that stands alone.
func Read(r io.Reader, name string) (Products, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(text) > MaxBytes {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrFormat, MaxBytes)
	}
	products, err := parse(bytes.TrimSpace(text), name)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return products, products.check()
}

func parse(text []byte, name string) (Products, error) {
	if bytes.HasPrefix(text, []byte("[")) {
		var cycles []Cycle
		err := json.Unmarshal(text, &cycles)
		return Products{name: cycles}, err
	}
	var v1 struct {
		Result json.RawMessage `json:"result"`
	}
	if err := json.Unmarshal(text, &v1); err != nil {
		return nil, err
	}
	if v1.Result != nil {
		return parseV1(v1.Result)
	}
	var products Products
	err := json.Unmarshal(text, &products)
	return products, err
}

// check finds what the formats cannot express.
func (p Products) check() error {
	if len(p) == 0 {
		return fmt.Errorf("%w: no product", ErrFormat)
	}
	for name, cycles := range p {
		for _, c := range cycles {
			if c.Name == "" {
				return fmt.Errorf("%w: product %s has a cycle without a name", ErrFormat, name)
			}
			for _, day := range []metadata.Date{c.EOL.Day, c.ExtendedSupport.Day} {
				if _, err := day.Time(); day != "" && err != nil {
					return fmt.Errorf("%w: cycle %s of product %s: %w", ErrFormat, c.Name, name, err)
				}
			}
		}
	}
	return nil
}

// product is one of the public API, version 1.
type product struct {
	Name     string   `json:"name"`
	Aliases  []string `json:"aliases"`
	Releases []struct {
		Name        string        `json:"name"`
		Codename    string        `json:"codename"`
		ReleaseDate metadata.Date `json:"releaseDate"`
		IsEOL       bool          `json:"isEol"`
		EOLFrom     metadata.Date `json:"eolFrom"`
		EOESFrom    metadata.Date `json:"eoesFrom"`
		IsEOES      bool          `json:"isEoes"`
		Latest      *struct {
			Name string        `json:"name"`
			Date metadata.Date `json:"date"`
		} `json:"latest"`
	} `json:"releases"`
}

func parseV1(result []byte) (Products, error) {
	var list []product
	if bytes.HasPrefix(result, []byte("{")) {
		result = append(append([]byte("["), result...), ']')
	}
	if err := json.Unmarshal(result, &list); err != nil {
		return nil, err
	}
	products := Products{}
	for _, p := range list {
		for _, name := range append(p.Aliases, p.Name) {
			products[name] = p.cycles()
		}
	}
	return products, nil
}

func (p product) cycles() []Cycle {
	var cycles []Cycle
	for _, r := range p.Releases {
		c := Cycle{
			Name: r.Name, Codename: r.Codename, ReleaseDate: r.ReleaseDate,
			EOL:             End{Day: r.EOLFrom, Ended: r.IsEOL},
			ExtendedSupport: End{Day: r.EOESFrom, Ended: r.IsEOES},
		}
		if r.Latest != nil {
			c.Latest, c.LatestReleaseDate = r.Latest.Name, r.Latest.Date
		}
		cycles = append(cycles, c)
	}
	return cycles
}
