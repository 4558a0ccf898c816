package pyregexp

import (
	"regexp/syntax"
	"unicode"
)

// machine runs a compiled program as a set of states, like the standard engine,
// but with word boundaries between Unicode words. Time is linear in the text.
// (R. Cox, "Regular Expression Matching: the Virtual Machine Approach".)
type machine syntax.Prog

// MatchString tells if s matches. Programs start with \A, so only the beginning
// of s is tried.
func (m *machine) MatchString(s string) bool {
	now, next := newStates(len(m.Inst)), newStates(len(m.Inst))
	before := rune(-1)
	runes := []rune(s)
	m.follow(now, uint32(m.Start), around(before, runes, 0))
	for i, r := range runes {
		if now.matched {
			return true
		}
		next.clear()
		at := around(r, runes, i+1)
		for _, pc := range now.list {
			if inst := &m.Inst[pc]; inst.MatchRune(r) {
				m.follow(next, inst.Out, at)
			}
		}
		now, next = next, now
	}
	return now.matched
}

// states is a set of instructions that wait for a rune.
type states struct {
	list    []uint32
	seen    []bool
	matched bool
}

func newStates(n int) *states { return &states{seen: make([]bool, n)} }

func (s *states) clear() {
	s.list, s.matched = s.list[:0], false
	clear(s.seen)
}

// follow adds what is reached from pc without consuming a rune.
func (m *machine) follow(s *states, pc uint32, at syntax.EmptyOp) {
	stack := []uint32{pc}
	for len(stack) > 0 {
		pc, stack = stack[len(stack)-1], stack[:len(stack)-1]
		if s.seen[pc] {
			continue
		}
		s.seen[pc] = true
		switch inst := &m.Inst[pc]; inst.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			stack = append(stack, inst.Arg, inst.Out)
		case syntax.InstCapture, syntax.InstNop:
			stack = append(stack, inst.Out)
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(inst.Arg)&^at == 0 {
				stack = append(stack, inst.Out)
			}
		case syntax.InstMatch:
			s.matched = true
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			s.list = append(s.list, pc)
		}
	}
}

// around tells which empty matches hold between before and runes[i].
func around(before rune, runes []rune, i int) syntax.EmptyOp {
	after := rune(-1)
	if i < len(runes) {
		after = runes[i]
	}
	op := syntax.EmptyOpContext(before, after) &^ (syntax.EmptyWordBoundary | syntax.EmptyNoWordBoundary)
	if isWord(before) != isWord(after) {
		return op | syntax.EmptyWordBoundary
	}
	return op | syntax.EmptyNoWordBoundary
}

// isWord is Python's \w: letters and numbers of any script, and the underscore.
func isWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r)
}
