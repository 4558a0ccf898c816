package eol

import (
	"bytes"
	_ "embed"
	"strings"

	"github.com/opendeliverygear/odg/metadata"
)

//go:generate go run ./generate

var (
	//go:embed data.json
	embedded []byte
	//go:embed asof.txt
	asOf string
)

// Embedded returns the data that ships with the program. The caller may change it.
func Embedded() Products {
	products, err := Read(bytes.NewReader(embedded), "")
	if err != nil {
		panic("eol: embedded data: " + err.Error()) // a test reads it
	}
	return products
}

// AsOf is the day on which the embedded data was collected.
func AsOf() metadata.Date { return metadata.Date(strings.TrimSpace(asOf)) }
