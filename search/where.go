package search

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// WhereGrammar says how criteria are written for [ParseWhere], for people.
const WhereGrammar = `Conditions are joined by "and"; "not" before one turns it round:

  type = finding/vulnerability and effective.severity >= HIGH and not data.cve in (CVE-1, CVE-2) and "openssl"

  ATTR = VALUE             equal; * in VALUE stands for any text, and case does not matter then
  ATTR != VALUE            the same as not ATTR = VALUE
  ATTR < VALUE             also <= > >=, and == and <> where = and != should compare likewise: severities by the value of
                           their category, effective.due by date, effective.value as number, others as text
  ATTR in (VALUE, VALUE)   equal to one of them, without wildcards
  ATTR in FROM..TO         a time or date in a range, both ends included; either may be left out
  ocm = NAME:VERSION       of a component version; with "recursive" behind it also of all that it refers to; ocm = NAME: of any version
  "TEXT"                   TEXT stands in data.summary, data.cve, data.package_name, data.package_version, artefact.name or ocm.name;
                           "TEXT" in (ATTR, ATTR) looks in these instead
  (C or C)                 alternatives, for conditions on the same attribute, or on ocm

  ATTR   type, datasource, referenced_type, artefact_kind, artefact.name, artefact.version, artefact.type, ocm.name, ocm.version,
         id, data_key, data.PATH, meta.creation_date, meta.last_update, meta.KEY, and how a finding stands after all rescorings:
         effective.severity, effective.value, effective.due, effective.rescoring (the id of the one that decides)
  VALUE  a word, or any text in quotes, "…" or '…', with \ before quotes and backslashes in it. Dates are written 2026-12-31;
         effective.due and meta dates may be compared with today, today+14d or today-7d (in UTC)

A severity by its name needs exactly one type = …. What an entry lacks is neither equal nor different: not data.cve = X finds
entries that have another CVE. effective.due = "" finds what has no due date, effective.rescoring != "" what is rescored.`

// MaxWhere is the length of an expression, in bytes.
const MaxWhere = 1 << 20

// ParseWhere reads criteria as people write them, see [WhereGrammar]; now is when
// today is, in UTC. All conditions hold for what [Request.Criteria] with the result
// selects; an empty expression has none. The limits are those of [Parse]. Errors are
// [Error] values that begin with the column, in characters from 1.
func ParseWhere(text string, now time.Time) ([]Criterion, error) {
	if len(text) > MaxWhere {
		return nil, fault("the expression has %d bytes, at most %d are allowed", len(text), MaxWhere)
	}
	if !utf8.ValidString(text) || strings.Contains(text, "\x00") {
		return nil, fault("the expression is no text: it has bytes that are not UTF-8, or NUL")
	}
	p := whereParser{lexer: lexer{rest: text, column: 1}, now: now, room: texts{MaxTexts}}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.at.kind == lexEnd {
		return nil, nil
	}
	if err := p.expression(); err != nil {
		return nil, err
	}
	return conjoined(p.found)
}

// faultAt is a fault that names the column of l.
func faultAt(l lexeme, format string, args ...any) error {
	return fault("column %d: "+format, append([]any{l.column}, args...)...)
}

// placedCriterion is a criterion and where it stands.
type placedCriterion struct {
	Criterion
	at    lexeme
	group int // of alternatives, 0 if there are none
}

// whereParser reads an expression, one lexeme ahead.
type whereParser struct {
	lexer lexer
	at    lexeme
	now   time.Time
	room  texts
	found []placedCriterion
	group int // how many there were
}

func (p *whereParser) advance() (err error) {
	p.at, err = p.lexer.next()
	return err
}

// accept goes on if a keyword or a sign of punctuation is there.
func (p *whereParser) accept(text string) (bool, error) {
	if !p.at.is(text) {
		return false, nil
	}
	return true, p.advance()
}

func (p *whereParser) expect(text, instead string) error {
	if ok, err := p.accept(text); ok || err != nil {
		return err
	}
	return faultAt(p.at, "%s stands where %s is expected; %s", p.at.quote(), quoted(text), instead)
}

// expression = term { "and" term }
func (p *whereParser) expression() error {
	for {
		if err := p.term(); err != nil {
			return err
		}
		if p.at.kind == lexEnd {
			return nil
		}
		if p.at.is("or") {
			return faultAt(p.at, "or joins conditions on one attribute, in parentheses: (data.cve = CVE-1 or data.cve = CVE-2*)")
		}
		if err := p.expect("and", "join conditions with and; a value with spaces or signs is written in quotes"); err != nil {
			return err
		}
	}
}

// term = [ "not" ] ( condition | "(" condition { "or" condition } ")" )
func (p *whereParser) term() error {
	not, err := p.accept("not")
	if err != nil {
		return err
	}
	if p.at.is("not") {
		return faultAt(p.at, "not stands twice; leave both out")
	}
	open := p.at
	several, err := p.accept("(")
	if err != nil {
		return err
	}
	first := len(p.found)
	for {
		if err := p.condition(not); err != nil {
			return err
		}
		if !several || !p.at.is("or") {
			break
		}
		if err := p.advance(); err != nil {
			return err
		}
	}
	if !several {
		return nil
	}
	if err := p.expect(")", "parentheses hold conditions joined by or: (data.cve = CVE-1 or data.cve = CVE-2*)"); err != nil {
		return err
	}
	return p.alternatives(open, p.found[first:])
}

// alternatives checks that a list is about one thing: what a search ORs.
func (p *whereParser) alternatives(open lexeme, list []placedCriterion) error {
	if len(list) == 1 {
		return nil
	}
	p.group++
	first := list[0]
	for i := range list {
		c := &list[i]
		c.group = p.group
		switch {
		case c.Kind == KindFulltext:
			return faultAt(c.at, "texts are not joined by or: all of them have to stand in an entry")
		case c.Kind != first.Kind || c.Attr != first.Attr:
			return faultAt(c.at, "or joins conditions on one attribute only, and the one in column %d is on another; look for them one by one", first.at.column)
		}
	}
	if slices.ContainsFunc(list, func(c placedCriterion) bool { return c.Exclude != first.Exclude }) {
		return faultAt(open, "!= is not joined by or; write not (… = … or … = …) for what is none of them")
	}
	return nil
}
