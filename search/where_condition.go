package search

import (
	"slices"
	"strconv"
	"strings"

	"github.com/opendeliverygear/odg/metadata"
)

// whereSigns are the signs between an attribute and a value.
var whereSigns = map[string]Criterion{
	"=": {Op: OpEqual}, "!=": {Op: OpEqual, Exclude: true},
	"<": {Op: OpCompare, Cmp: "<"}, "<=": {Op: OpCompare, Cmp: "<="}, ">": {Op: OpCompare, Cmp: ">"}, ">=": {Op: OpCompare, Cmp: ">="},
	"==": {Op: OpCompare, Cmp: "="}, "<>": {Op: OpCompare, Cmp: "!="},
}

var keywords = []string{"and", "or", "not", "in", "recursive"}

func isKeyword(word string) bool {
	return slices.ContainsFunc(keywords, func(k string) bool { return strings.EqualFold(k, word) })
}

// condition = text | "ocm" ( "=" | "!=" ) value [ "recursive" ] | name comparison
func (p *whereParser) condition(not bool) error {
	if len(p.found) == MaxCriteria {
		return faultAt(p.at, "at most %d conditions are allowed", MaxCriteria)
	}
	c := placedCriterion{at: p.at}
	var err error
	if p.at.kind == lexQuoted {
		err = p.fulltext(&c.Criterion)
	} else {
		err = p.comparison(&c.Criterion)
	}
	if err != nil {
		return err
	}
	if not && c.Exclude {
		return faultAt(c.at, "not and != cancel each other out; write = without not")
	}
	c.Exclude = c.Exclude || not
	p.found = append(p.found, c)
	return nil
}

// fulltext = quoted [ "in" "(" name { "," name } ")" ]
func (p *whereParser) fulltext(c *Criterion) (err error) {
	c.Kind = KindFulltext
	if c.Value, err = p.value(""); err != nil {
		return err
	}
	if p.at.kind == lexSign {
		return faultAt(p.at, "a text in quotes is not compared; write attributes without quotes, or in `backquotes`")
	}
	if in, err := p.accept("in"); !in || err != nil {
		return err
	}
	c.Fields, err = p.list(func() (string, error) {
		at := p.at
		name, err := p.name()
		if err == nil {
			err = p.room.take("column "+strconv.Itoa(at.column), name)
		}
		return name, err
	})
	return err
}

func (p *whereParser) comparison(c *Criterion) error {
	at := p.at
	if c.Kind = KindAttribute; at.kind == lexWord && at.text == "ocm" {
		if err := p.advance(); err != nil {
			return err
		}
		return p.component(c)
	}
	name, err := p.name()
	if err != nil {
		return err
	}
	not, err := p.accept("not")
	if err != nil {
		return err
	}
	switch c.Attr = name; {
	case p.at.is("in"):
		err = p.within(c)
		c.Exclude = not
	case p.at.kind == lexSign && !not:
		err = p.compared(c)
	default:
		return faultAt(p.at, "%s stands where a comparison is expected; write %s = VALUE or %s in (VALUE, VALUE), and text that is looked for in quotes", p.at.quote(), name, name)
	}
	if err != nil {
		return err
	}
	return c.check(at)
}

// check finds faults that need nothing but c.
func (c *Criterion) check(at lexeme) error {
	if c.Op == OpCompare && slices.Contains([]string{"data.severity", "finding.severity", effectiveSeverity}, c.Attr) {
		return nil // depends on the configuration
	}
	if _, err := c.tests(0, nil, Env{}); err != nil {
		return faultAt(at, "%v", err)
	}
	return nil
}

// component = ( "=" | "!=" ) value [ "recursive" ]
func (p *whereParser) component(c *Criterion) (err error) {
	sign := p.at
	c.Kind = KindOCM
	given := whereSigns[sign.text]
	if sign.kind != lexSign || given.Op != OpEqual {
		return faultAt(sign, "%s stands where = is expected; write ocm = NAME or ocm = NAME:VERSION, and several as (ocm = … or ocm = …)", sign.quote())
	}
	c.Exclude = given.Exclude
	if err = p.advance(); err != nil {
		return err
	}
	at := p.at
	if c.Value, err = p.value(""); err != nil {
		return err
	}
	if c.Recursive, err = p.accept("recursive"); err != nil {
		return err
	}
	if _, version := c.Component(); c.Recursive && version == "" {
		return faultAt(at, "recursive needs a version; write ocm = %s:VERSION recursive", c.Value)
	}
	return nil
}

func (p *whereParser) compared(c *Criterion) (err error) {
	given := whereSigns[p.at.text]
	c.Op, c.Cmp, c.Exclude = given.Op, given.Cmp, given.Exclude
	if err = p.advance(); err != nil {
		return err
	}
	c.Value, err = p.value(c.Attr)
	return err
}

// within = "in" ( "(" value { "," value } ")" | [ value ] ".." [ value ] )
func (p *whereParser) within(c *Criterion) (err error) {
	if err = p.advance(); err != nil {
		return err
	}
	if p.at.is("(") {
		c.Op = OpIn
		c.Values, err = p.list(func() (string, error) { return p.value(c.Attr) })
		return err
	}
	c.Op = OpRange
	if !p.at.is("..") {
		if c.GTE, err = p.value(c.Attr); err != nil {
			return err
		}
	}
	if err = p.expect("..", "behind in, write values in parentheses, (A, B), or a range, FROM..TO"); err != nil {
		return err
	}
	if p.at.kind == lexQuoted || p.at.kind == lexWord && !isKeyword(p.at.text) {
		c.LTE, err = p.value(c.Attr)
	}
	return err
}

// list = "(" item { "," item } ")"
func (p *whereParser) list(item func() (string, error)) ([]string, error) {
	if err := p.expect("(", "behind in stands a list in parentheses"); err != nil {
		return nil, err
	}
	var list []string
	for {
		at := p.at
		text, err := item()
		if err != nil {
			return nil, err
		}
		if list = append(list, text); len(list) > MaxCriteria {
			return nil, faultAt(at, "at most %d are allowed in a list", MaxCriteria)
		}
		more, err := p.accept(",")
		if err != nil {
			return nil, err
		}
		if !more {
			return list, p.expect(")", "a list is written (A, B), and what has spaces or signs in it in quotes")
		}
	}
}

func (p *whereParser) name() (string, error) {
	l := p.at
	if l.kind != lexWord && l.kind != lexName || l.kind == lexWord && isKeyword(l.text) {
		return "", faultAt(l, "%s stands where a condition is expected, such as type = finding/vulnerability", l.quote())
	}
	if err := short("column "+strconv.Itoa(l.column), l.text); err != nil {
		return "", err
	}
	if _, _, err := attribute(l.text); err != nil && l.text != "finding.severity" {
		return "", faultAt(l, "%v; attributes are type, datasource, ocm.name, ocm.version, artefact.name, data.PATH, meta.creation_date, effective.severity, effective.due and so on", err)
	}
	return l.text, p.advance()
}

// value reads what the attribute attr is compared with.
func (p *whereParser) value(attr string) (string, error) {
	l := p.at
	text := l.text
	switch {
	case l.kind == lexWord && isKeyword(text):
		return "", faultAt(l, "%s stands where a value is expected; if it is one, write it in quotes", text)
	case l.kind == lexWord:
		var err error
		if text, err = p.relative(attr, l); err != nil {
			return "", err
		}
	case l.kind != lexQuoted:
		return "", faultAt(l, "%s stands where a value is expected; a value with signs in it is written in quotes", l.quote())
	}
	path := "column " + strconv.Itoa(l.column)
	if err := short(path, text); err != nil {
		return "", err
	}
	if err := p.room.take(path, text); err != nil {
		return "", err
	}
	return text, p.advance()
}

// relative is the text of a word, or the date that it means if attr is one.
func (p *whereParser) relative(attr string, l lexeme) (string, error) {
	days, ok := strings.CutPrefix(l.text, today)
	if !ok || !slices.Contains([]string{effectiveDue, "meta.creation_date", "meta.last_update"}, attr) {
		return l.text, nil
	}
	n := 0
	if days != "" {
		number, unit := strings.CutSuffix(days, "d")
		var err error
		if n, err = strconv.Atoi(number); err != nil || !unit || number[0] != '+' && number[0] != '-' || n != min(max(n, -maxDays), maxDays) {
			return "", faultAt(l, "%s is no date; write today, today+14d or today-7d, or a date such as 2026-12-31", l.text)
		}
	}
	return string(metadata.DateOf(p.now.UTC().AddDate(0, 0, n))), nil
}

const (
	today   = "today"
	maxDays = 100_000
)
