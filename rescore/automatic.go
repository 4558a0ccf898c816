package rescore

import (
	"strings"

	"github.com/opendeliverygear/odg/metadata"
)

// Automatic tells if a rescoring was made by an extension and not by a person. A
// person posts with the datasource delivery-dashboard, as user interfaces do, or is
// known by an account of GitHub or BDBA. Extensions name themselves, as sast-extension
// does, or write with the datasource of a scanner. What tells neither, such as an
// import, counts as a person's: a human decision is not to be overruled by mistake.
func Automatic(rescoring metadata.Entry) bool {
	source := rescoring.Meta.Datasource
	if source == metadata.SourceDashboard {
		return false
	}
	var by struct {
		User metadata.User `json:"user"`
	}
	_ = rescoring.Data.Decode(&by) // data without a user tells nothing
	switch {
	case by.User.Type == "github-user" || by.User.Type == "bdba-user":
		return false
	case strings.Contains(by.User.Type, "-extension") || strings.Contains(by.User.Username, "-extension"):
		return true
	}
	return len(metadata.DatasourceTypes(source)) > 0
}
