package extcfg

import (
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// Names returns what users call the extensions that are configured and enabled: the
// names of their sections in camel case, such as odgOperator, which is not always the
// id that they have in the backlog. Custom extensions have no section and go by that
// id. The order is that of [Config], the backlog controller after all other sections.
func (c *Config) Names() []string {
	var names []string
	sections := reflect.ValueOf(*c)
	for i := range sections.NumField() {
		field := sections.Type().Field(i)
		key, _, isSection := strings.Cut(field.Tag.Get("yaml"), ",section")
		if s, ok := sections.Field(i).Interface().(section); isSection && ok && !sections.Field(i).IsNil() && s.common().Enabled {
			names = append(names, camelCase(key))
		}
	}
	if c.BacklogController.Enabled {
		names = append(names, "backlogController")
	}
	for _, custom := range c.CustomExtensions {
		if custom.Enabled && !slices.Contains(names, custom.Service) {
			names = append(names, custom.Service)
		}
	}
	return names
}

// camelCase writes issue_replicator as issueReplicator.
func camelCase(key string) string {
	words := strings.Split(key, "_")
	for i, word := range words[1:] {
		first := []rune(word)
		first[0] = unicode.ToUpper(first[0])
		words[i+1] = string(first)
	}
	return strings.Join(words, "")
}
