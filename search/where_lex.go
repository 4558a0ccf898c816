package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// lexeme is a piece of an expression.
type lexeme struct {
	kind   lexKind
	text   string // without quotes
	column int    // in characters, from 1
}

type lexKind int

const (
	lexEnd    lexKind = iota
	lexWord           // bare: a name, a value or a keyword
	lexQuoted         // in quotes: a value or a token
	lexName           // in backquotes: a name
	lexSign           // = != == <> < <= > >=
	lexPunct          // ( ) , and ..
)

// is tells if l is a keyword or a sign of punctuation.
func (l lexeme) is(text string) bool {
	return l.kind == lexPunct && l.text == text || l.kind == lexWord && strings.EqualFold(l.text, text)
}

// quote is how a message names l.
func (l lexeme) quote() string {
	switch l.kind {
	case lexEnd:
		return "the end"
	case lexQuoted:
		return quoted(l.text)
	case lexName:
		return "`" + l.text + "`"
	}
	return l.text
}

const (
	quotes  = "\"'`"
	signers = "=!<>"
)

// lexer cuts an expression into pieces.
type lexer struct {
	rest   string
	column int
}

func (x *lexer) next() (lexeme, error) {
	x.take(len(x.rest) - len(strings.TrimLeftFunc(x.rest, unicode.IsSpace)))
	l := lexeme{column: x.column}
	if x.rest == "" {
		return l, nil
	}
	switch c := x.rest[0]; {
	case strings.IndexByte("(),", c) >= 0:
		l.kind, l.text = lexPunct, x.take(1)
	case strings.HasPrefix(x.rest, ".."):
		l.kind, l.text = lexPunct, x.take(2)
	case strings.IndexByte(signers, c) >= 0:
		return x.sign(l)
	case strings.IndexByte(quotes, c) >= 0:
		return x.quoted(l, c)
	default:
		l.kind, l.text = lexWord, x.take(wordLength(x.rest))
	}
	return l, nil
}

func (x *lexer) take(n int) string {
	text := x.rest[:n]
	x.rest, x.column = x.rest[n:], x.column+utf8.RuneCountInString(text)
	return text
}

func (x *lexer) sign(l lexeme) (lexeme, error) {
	n := len(x.rest) - len(strings.TrimLeft(x.rest, signers))
	l.kind, l.text = lexSign, x.take(n)
	if _, ok := whereSigns[l.text]; !ok {
		return l, faultAt(l, "%s compares nothing; write one of = != < <= > >= == <>", l.text)
	}
	return l, nil
}

// quoted reads a text in quotes, in which a backslash stands before quotes and
// backslashes that belong to it.
func (x *lexer) quoted(l lexeme, quote byte) (lexeme, error) {
	l.kind = lexQuoted
	if quote == '`' {
		l.kind = lexName
	}
	var b strings.Builder
	for i := 1; i < len(x.rest); i++ {
		switch c := x.rest[i]; c {
		case quote:
			x.take(i + 1)
			l.text = b.String()
			return l, nil
		case '\\':
			if i++; i == len(x.rest) || x.rest[i] != quote && x.rest[i] != '\\' {
				return l, faultAt(l, `in quotes, a backslash is written twice: \\`)
			}
		}
		b.WriteByte(x.rest[i])
	}
	return l, faultAt(l, "the closing %c is missing", quote)
}

// wordLength is how far a bare word goes.
func wordLength(s string) int {
	n := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("(),"+signers+quotes, r) })
	if n < 0 {
		n = len(s)
	}
	if dots := strings.Index(s[:n], ".."); dots > 0 {
		n = dots
	}
	return n
}
