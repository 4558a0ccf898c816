package rawjson

import (
	"bytes"
	"errors"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

var (
	errNUL       = errors.New(`text contains NUL (\u0000), which no database column can hold`)
	errSurrogate = errors.New("text contains half of a surrogate pair, which is no character")
	errUTF8      = errors.New("text is not valid UTF-8")
)

func checkText(data []byte) error {
	if !utf8.Valid(data) {
		return errUTF8
	}
	for {
		i := bytes.IndexByte(data, '\\')
		if i < 0 {
			return nil
		}
		if data[i+1] != 'u' {
			data = data[i+2:]
			continue
		}
		r := hexRune(data[i+2:])
		data = data[i+6:]
		switch {
		case r == 0:
			return errNUL
		case utf16.IsSurrogate(r):
			if len(data) < 6 || data[0] != '\\' || data[1] != 'u' ||
				utf16.DecodeRune(r, hexRune(data[2:])) == utf8.RuneError {
				return errSurrogate
			}
			data = data[6:]
		}
	}
}

func hexRune(data []byte) rune {
	n, _ := strconv.ParseUint(string(data[:4]), 16, 16) // valid JSON has four hex digits here
	return rune(n)
}
