package responsible

import (
	"net/url"
	"slices"
	"strings"
)

// Person is somebody in an [AddressBook].
type Person struct {
	// Name is the first name and the last name, or the last name, a comma and the first.
	Name  string `yaml:"name,nullable"`
	Email string `yaml:"email,nullable"`
	// GitHub are the logins, by the names of instances of GitHub.
	GitHub map[string]string `yaml:"github,nullable"`
}

// Instance is a GitHub server, as an address book calls it.
type Instance struct {
	Name string `yaml:"name,required"`
	// APIURL is where its API is, such as https://api.github.com.
	APIURL string `yaml:"api_url,required"`
}

// Hostname is that of the web pages, such as github.com; empty if the URL is none.
func (i Instance) Hostname() string {
	u, err := url.Parse(i.APIURL)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	if host == "api.github.com" || strings.HasSuffix(host, ".ghe.com") {
		return strings.TrimPrefix(host, "api.")
	}
	return host
}

// AddressBook knows people by their mail addresses and logins. Make one with
// [NewAddressBook]; nil knows nobody. It does not change, so it is safe for
// concurrent use.
type AddressBook struct {
	byEmail map[string]Party
	byLogin map[login]Party
}

type login struct{ host, user string }

// NewAddressBook returns the book of people whose logins are at these instances. Logins
// at others are left out. Of several people with one mail address or login the first
// counts.
func NewAddressBook(people []Person, instances []Instance) *AddressBook {
	hosts := map[string]string{}
	for _, instance := range instances {
		if host := instance.Hostname(); host != "" {
			hosts[instance.Name] = host
		}
	}
	b := &AddressBook{byEmail: map[string]Party{}, byLogin: map[login]Party{}}
	for _, person := range people {
		b.add(person.party(hosts))
	}
	return b
}

func (p Person) party(hosts map[string]string) (known Party) {
	if p.Email != "" {
		known = append(known, Identifier{Source: SourceAddressBook, Type: EmailAddress, Email: p.Email})
	}
	if first, last := split(p.Name); first != "" {
		known = append(known, Identifier{Source: SourceAddressBook, Type: PersonalName, FirstName: first, LastName: last})
	}
	names := make([]string, 0, len(p.GitHub))
	for name := range p.GitHub {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if host, user := hosts[name], p.GitHub[name]; host != "" && user != "" {
			known = append(known, Identifier{Source: SourceAddressBook, Type: GitHubUser, Username: user, GitHubHostname: host})
		}
	}
	return known
}

// split returns first and last name, both empty unless there are two.
func split(name string) (first, last string) {
	if last, first, ok := strings.Cut(name, ","); ok {
		return strings.TrimSpace(first), strings.TrimSpace(last)
	}
	name = strings.TrimSpace(name)
	i := strings.LastIndex(name, " ")
	if i < 0 {
		return "", ""
	}
	return strings.TrimSpace(name[:i]), name[i+1:]
}

func (b *AddressBook) add(known Party) {
	for _, id := range known {
		switch id.Type {
		case EmailAddress:
			if key := strings.ToLower(id.Email); b.byEmail[key] == nil {
				b.byEmail[key] = known
			}
		case GitHubUser:
			if key := loginOf(id); b.byLogin[key] == nil {
				b.byLogin[key] = known
			}
		}
	}
}

func loginOf(id Identifier) login {
	return login{strings.ToLower(id.GitHubHostname), strings.ToLower(id.Username)}
}

// Enrich adds to each party what the book knows of it. It changes none of them.
func (b *AddressBook) Enrich(parties []Party) []Party {
	if b == nil {
		return parties
	}
	enriched := make([]Party, len(parties))
	for i, party := range parties {
		enriched[i] = slices.Clone(party)
		for _, known := range b.find(party) {
			if !slices.ContainsFunc(party, known.same) {
				enriched[i] = append(enriched[i], known)
			}
		}
	}
	return enriched
}

func (b *AddressBook) find(party Party) Party {
	for _, id := range party {
		var known Party
		switch id.Type {
		case EmailAddress:
			known = b.byEmail[strings.ToLower(id.Email)]
		case GitHubUser:
			known = b.byLogin[loginOf(id)]
		}
		if known != nil {
			return known
		}
	}
	return nil
}

// same tells if two identifiers mean the same, whatever their sources.
func (i Identifier) same(other Identifier) bool {
	return i.Type == other.Type && strings.EqualFold(i.Email, other.Email) && loginOf(i) == loginOf(other) &&
		i.FirstName == other.FirstName && i.LastName == other.LastName
}
