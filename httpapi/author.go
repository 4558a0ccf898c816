package httpapi

import (
	"encoding/json"
	"net/http"

	"github.com/opendeliverygear/odg/internal/rawjson"
)

// localUserType is the type of the user who decides while there is no login.
const localUserType = "user"

// localUser is the author of what is decided while there is no login, as JSON.
func localUser(name string) json.RawMessage {
	user := rawjson.AppendString([]byte(`{"username":`), name)
	return append(user, `,"type":"`+localUserType+`"}`...)
}

// noUser says that nobody is known who answers for a decision.
func noUser() error {
	return &statusError{http.StatusBadRequest, "no-user",
		"a rescoring needs an author, and this server does not know who asks: there is no login yet; start it with --local-user=NAME"}
}

// signed puts the author into the data of every entry of a body, whoever stands there.
// What is no list of entries with data stays as it is, for the reader of entries to
// refuse.
func signed(body []byte, author json.RawMessage) []byte {
	if rawjson.Check(body) != nil {
		return body
	}
	return change(body, "entries", func(entries json.RawMessage) json.RawMessage {
		each, ok := rawjson.Each(entries)
		if !ok {
			return entries
		}
		out := []byte{'['}
		for i, entry := range each {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(out, change(entry, "data", func(data json.RawMessage) json.RawMessage {
				return set(data, "user", author)
			})...)
		}
		return append(out, ']')
	})
}

// change returns an object with another value of a member, if it has that member.
func change(object json.RawMessage, key string, f func(json.RawMessage) json.RawMessage) json.RawMessage {
	if value, ok := rawjson.Lookup(object, key); ok {
		return set(object, key, f(value))
	}
	return object
}

// set returns an object with a member that has the value, the other ones as they are.
// What is no object stays as it is.
func set(object json.RawMessage, key string, value json.RawMessage) json.RawMessage {
	members, err := rawjson.Inner(object)
	if err != nil {
		return object
	}
	out := append(rawjson.AppendString([]byte{'{'}, key), ':')
	out = append(out, value...)
	for _, m := range members {
		if m.Key != key {
			out = append(rawjson.AppendString(append(out, ','), m.Key), ':')
			out = append(out, m.Value...)
		}
	}
	return append(out, '}')
}
