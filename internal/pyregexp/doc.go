// Package pyregexp compiles regular expressions that were written for Python, so
// that the patterns of existing ODG configuration mean the same here.
//
//	re, err := pyregexp.Compile(`github\.com/acme/.*`, pyregexp.Options{IgnoreCase: true})
//	re.MatchFull("GitHub.com/acme/shop") // true
//
// Patterns are translated to RE2, which matches in linear time: \w, \d, \s and
// \b become their Unicode meaning, {,n} a bounded repetition, and so on. What
// RE2 cannot express (look-around, back-references, atomic groups, possessive
// quantifiers, conditionals) is refused with an [*Error] that names the construct
// and its position. Only whether a text matches is told, no positions in it, so
// greediness does not matter.
//
// Known differences: $ stands at the end of the text only, where Python's also
// stands before a last line break; and the Unicode version is Go's.
//
// Source: Python 3.11, Library Reference, module re.
package pyregexp
