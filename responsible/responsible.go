package responsible

import "errors"

// ErrNoArtefact is wrapped by the error about an artefact that a component lacks.
var ErrNoArtefact = errors.New("no such artefact")

// Kind is the type of an [Identifier], ODG's UserTypes.
type Kind string

// The kinds of identifiers.
const (
	GitHubUser   Kind = "githubUser"
	EmailAddress Kind = "emailAddress"
	PersonalName Kind = "personalName"
)

// Where identifiers come from.
const (
	SourceDescriptor  = "ComponentDescriptor"
	SourceAddressBook = "Addressbook"
)

// Identifier is one way to tell who somebody is. The fields that do not belong to its
// type are empty.
type Identifier struct {
	// Source is where it was found, such as [SourceDescriptor].
	Source string `json:"source"`
	Type   Kind   `json:"type"`
	// Username is the login at the GitHub server GitHubHostname, such as github.com.
	Username       string `json:"username,omitempty"`
	GitHubHostname string `json:"github_hostname,omitempty"`
	Email          string `json:"email,omitempty"`
	FirstName      string `json:"first_name,omitempty"`
	LastName       string `json:"last_name,omitempty"`
}

// Party is one person, by every identifier that is known.
type Party []Identifier

// The types of a [Status].
const (
	StatusError = "error"
	StatusInfo  = "info"
)

// Status is what people should know about how responsibles were found.
type Status struct {
	Type    string `json:"type"`
	Message string `json:"msg"`
}

// Result is who is responsible, in the order of the label, and what to know about it.
// Its lists are never nil.
type Result struct {
	Responsibles []Party  `json:"responsibles"`
	Statuses     []Status `json:"statuses"`
}

func (r *Result) tell(kind, message string) {
	r.Statuses = append(r.Statuses, Status{Type: kind, Message: message})
}
