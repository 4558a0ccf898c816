package osid

import (
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/scan/osid/eol"
)

// products maps the ID of os-release to names of the public end-of-life API, where
// they differ.
var products = map[string][]string{
	"alpine":              {"alpine-linux"},
	"almalinux":           {"almalinux", "alma-linux"},
	"amzn":                {"amazon-linux"},
	"azurelinux":          {"azure-linux"},
	"mariner":             {"cbl-mariner", "azure-linux"},
	"ol":                  {"oracle-linux"},
	"opensuse-leap":       {"opensuse"},
	"opensuse-tumbleweed": {"opensuse-tumbleweed"},
	"rocky":               {"rocky-linux"},
	"sles":                {"sles"},
}

// Cycles returns the cycles of the product that os is, none if it is unknown.
// A product of the same name as the ID wins, so that own data can be added for
// any distribution.
func Cycles(os metadata.OperatingSystemID, data eol.Products) []eol.Cycle {
	for _, name := range productNames(os) {
		if cycles := data[name]; len(cycles) > 0 {
			return cycles
		}
	}
	return nil
}

func productNames(os metadata.OperatingSystemID) []string {
	id := artefact.Text(os.ID)
	if id == "centos" && strings.Contains(artefact.Text(os.Name), "Stream") {
		return []string{"centos-stream"} // shares ID and VERSION_ID with CentOS Linux
	}
	return append([]string{id}, products[id]...)
}
