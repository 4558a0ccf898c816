package httpapi

import (
	"encoding/json"
	"net/http"
)

const contentTypeJSON = "application/json; charset=utf-8"

func serve(h http.Handler) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		h.ServeHTTP(w, r)
		return nil
	}
}

// inactive answers that a feature is not there.
func inactive(feature string) handlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) error {
		return &inactiveError{[]string{feature}}
	}
}

// writeJSON answers 200 with v.
func writeJSON(w http.ResponseWriter, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", contentTypeJSON)
	_, err = w.Write(body)
	return sent(err)
}
