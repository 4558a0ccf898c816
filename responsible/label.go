package responsible

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/opendeliverygear/odg/internal/rawjson"
)

// Limits of what a label may have. Everybody in it is asked about, stored and shown.
const (
	maxEntries = 1000
	maxText    = 320 // an email address
)

// The types of entries that are no identifiers.
const (
	teamEntry       Kind = "githubTeam"
	codeownersEntry Kind = "codeowners"
)

// entry is one of a label.
type entry struct {
	kind       Kind
	text       string // of a team
	identifier Identifier
}

// parse reads the value of a label: a list of objects with a type. Whoever writes it
// is not trusted. The error names the path.
func parse(value []byte) ([]entry, error) {
	if err := rawjson.Check(value); err != nil {
		return nil, err
	}
	items, ok := rawjson.Each(value)
	if !ok {
		return nil, fmt.Errorf("want a list, got %s", rawjson.Kind(value))
	}
	var entries []entry
	for i, item := range items {
		if i == maxEntries {
			return nil, fmt.Errorf("it has more than %d entries", maxEntries)
		}
		e, err := parseEntry(item)
		if err != nil {
			return nil, fmt.Errorf("[%d]%w", i, err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

func parseEntry(value []byte) (e entry, err error) {
	members, err := rawjson.Inner(value)
	if err != nil {
		return e, fmt.Errorf(": %w", err)
	}
	f := fields{}
	for _, m := range members {
		if !rawjson.IsNull(m.Value) {
			f[m.Key] = m.Value
		}
	}
	kind, err := f.text("type")
	if err != nil {
		return e, err
	}
	e.kind = Kind(kind)
	e.identifier = Identifier{Source: SourceDescriptor, Type: e.kind}
	return e, f.fill(&e)
}

func (f fields) fill(e *entry) (err error) {
	id := &e.identifier
	switch e.kind {
	case GitHubUser:
		if id.Username, err = f.text("username"); err == nil {
			id.GitHubHostname, err = f.host()
		}
	case EmailAddress:
		if id.Email, err = f.text("email"); err == nil && !strings.Contains(id.Email, "@") {
			err = fmt.Errorf(".email: %q is no mail address", shorten(id.Email))
		}
	case PersonalName:
		if id.FirstName, err = f.text("firstName", "first_name"); err == nil {
			id.LastName, err = f.text("lastName", "last_name")
		}
	case teamEntry:
		var host string
		if e.text, err = f.text("teamname"); err == nil {
			host, err = f.host()
		}
		if host != "" {
			e.text = host + "/" + e.text
		}
	case codeownersEntry:
	default:
		err = fmt.Errorf(".type: %q is unknown, want githubUser, githubTeam, codeowners, emailAddress or personalName", shorten(string(e.kind)))
	}
	return err
}

// fields are the members of an entry that are not null.
type fields map[string][]byte

// text returns a text that must be there, under the first of these names that is.
func (f fields) text(names ...string) (string, error) {
	for _, name := range names {
		value, ok := f[name]
		if !ok {
			continue
		}
		text, ok := rawjson.String(value)
		switch {
		case !ok:
			return "", fmt.Errorf(".%s: want a string, got %s", name, rawjson.Kind(value))
		case text == "" || len(text) > maxText || strings.ContainsFunc(text, isControl):
			return "", fmt.Errorf(".%s: want 1 to %d printable characters", name, maxText)
		}
		return text, nil
	}
	return "", fmt.Errorf(".%s is missing", names[0])
}

// host returns the host of a GitHub server, empty if it is not given.
func (f fields) host() (string, error) {
	if _, ok := f["github_hostname"]; !ok {
		return "", nil
	}
	host, err := f.text("github_hostname")
	if err == nil && !isHost(host) {
		err = fmt.Errorf(".github_hostname: %q is no host name", shorten(host))
	}
	return strings.ToLower(host), err
}

var hostPattern = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$`)

func isHost(text string) bool { return hostPattern.MatchString(text) }

func isControl(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }

// shorten makes a text from outside fit into a message.
func shorten(text string) string {
	const most = 100
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
