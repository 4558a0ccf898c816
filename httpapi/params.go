package httpapi

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// checkQuery refuses what [url.URL.Query] leaves out: the answer to a request
// without a filter that was misspelt has more than was asked for.
func checkQuery(r *http.Request) error {
	if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
		return badRequest("query of the URL: %v; escape percent signs as %%25 and semicolons as %%3B", err)
	}
	return nil
}

// required reads a parameter that must be there.
func required(params url.Values, name string) (string, error) {
	if !params.Has(name) {
		return "", badRequest("The %s parameter is required.", name)
	}
	return params.Get(name), nil
}

var (
	trueTexts  = []string{"true", "True", "t", "yes", "y", "1", "on"}
	falseTexts = []string{"false", "False", "f", "no", "n", "0", "off"}
)

// boolean reads a switch that is off unless it is given.
func boolean(params url.Values, name string) (bool, error) {
	if !params.Has(name) {
		return false, nil
	}
	text := params.Get(name)
	switch {
	case slices.Contains(trueTexts, text):
		return true, nil
	case slices.Contains(falseTexts, text):
		return false, nil
	}
	return false, badRequest("The %s parameter is neither true nor false: %q.", name, text)
}

// writeTagged answers 200 with v and its ETag, or 304 to a client that has it.
func writeTagged(w http.ResponseWriter, r *http.Request, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	digest := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(digest[:16]) + `"`
	w.Header().Set("ETag", tag)
	if matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.Header().Set("Content-Type", contentTypeJSON)
	_, err = w.Write(body)
	return sent(err)
}

func matches(header, tag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if candidate == tag || candidate == "*" {
			return true
		}
	}
	return false
}
