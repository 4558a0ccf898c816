package writeback

import (
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// correction is a write-back that can be read.
type correction struct {
	scope   artefact.ID
	license bool    // else it is about the version
	version *string // of licences: the version that they are of, nil is any
	rule    rule
}

// book holds the write-backs by package, best first.
type book struct {
	options rescore.Options
	byName  map[string][]correction
}

func newBook(writebacks []metadata.Entry, o rescore.Options) *book {
	b := &book{options: o, byName: map[string][]correction{}}
	for _, e := range rescore.ByPrecedence(writebacks) {
		if name, c, ok := read(e); ok {
			b.byName[name] = append(b.byName[name], c)
		}
	}
	return b
}

// read returns what a write-back says of which package, false if it says nothing.
func read(e *metadata.Entry) (name string, c correction, ok bool) {
	var w struct {
		SubType     string  `json:"sub_type"`
		PackageName *string `json:"package_name"`
		Version     *string `json:"package_version"`
		VersionFrom *string `json:"package_version_from"`
		VersionTo   *string `json:"package_version_to"`
		LicenseFrom *string `json:"license_from"`
		LicenseTo   *string `json:"license_to"`
	}
	if e.Meta.Type != metadata.TypeWriteback || e.Data.Decode(&w) != nil || w.PackageName == nil {
		return "", c, false
	}
	c.scope = e.Artefact
	switch {
	case w.SubType == metadata.WritebackPackageVersion || w.SubType == "" && w.VersionTo != nil:
		c.rule = rule{about: w.VersionFrom, to: w.VersionTo}
		return *w.PackageName, c, w.VersionTo != nil
	case w.SubType != metadata.WritebackLicense && w.SubType != "":
		return "", c, false
	}
	c.license, c.version = true, w.Version
	c.rule = rule{about: w.LicenseFrom, to: w.LicenseTo}
	if w.LicenseFrom == nil {
		c.rule = rule{about: w.LicenseTo, to: w.LicenseTo, adds: true}
	}
	return *w.PackageName, c, c.rule.about != nil
}

// versions are the rules about the versions of a package in an artefact.
func (b *book) versions(id artefact.ID, name string) chain {
	var c chain
	for _, w := range b.byName[name] {
		if !w.license && b.options.Covers(w.scope, id) {
			c = append(c, w.rule)
		}
	}
	return c
}

// licences are the rules about the licences of a version of a package in an artefact.
func (b *book) licences(id artefact.ID, name string, version *string) chain {
	var c chain
	for _, w := range b.byName[name] {
		if w.license && (w.version == nil || version != nil && *version == *w.version) && b.options.Covers(w.scope, id) {
			c = append(c, w.rule)
		}
	}
	return c
}
