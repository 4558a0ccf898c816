// Package problem is what the server and the client of ODG Core agree on about
// errors: which status and code stand for which sentinel, so that errors.Is holds
// on both sides of the wire. The JSON form is RFC 9457.
package problem
