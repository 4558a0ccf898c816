package main

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/matryer/is"
)

// Nobody rescores unless it is said under whose name; then it is under that one.
func TestLocalUser(t *testing.T) {
	t.Parallel()
	const body = `{"entries": [{"artefact": {"component_name": "acme.org/shop"}, "meta": {"datasource": "delivery-dashboard", "type": "rescorings"},
		"data": {"finding": {"osid": {"ID": "debian"}}, "referenced_type": "finding/osid", "severity": "false-positive", "user": {"username": "mallory"}}}]}`
	for _, tc := range []struct {
		flags  []string
		status int
		says   string
	}{
		{nil, 400, "--local-user"},
		{[]string{"--local-user=ada", "--peer-scopes"}, 201, ""},
	} {
		is := is.New(t)
		s := start(t, append([]string{"--samples"}, tc.flags...)...)
		answer, err := http.Post("http://"+s.api+"/rescore", "application/json", strings.NewReader(body))
		is.NoErr(err)
		text, err := io.ReadAll(answer.Body)
		is.NoErr(err)
		is.NoErr(answer.Body.Close())
		is.Equal(answer.StatusCode, tc.status)
		is.True(strings.Contains(string(text), tc.says))
		status, stored := s.get(s.api, "/artefacts/metadata/changes")
		is.Equal(status, 200)
		is.Equal(strings.Contains(stored, `"username":"ada"`), tc.status == 201)
		is.True(!strings.Contains(stored, "mallory"))
	}
}
