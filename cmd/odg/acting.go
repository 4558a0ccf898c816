package main

import (
	"context"
	"os/user"
	"strconv"
	"strings"

	"os"

	"github.com/opendeliverygear/odg/store"
)

// acting says in the history of what a command writes who has run which one. What a
// server does goes on without whoever started it, in the name of its extensions.
func acting(ctx context.Context, command string) context.Context {
	words := strings.Fields(command)
	for i, w := range words {
		if strings.HasPrefix(w, "<") { // an argument
			words = words[:i]
			break
		}
	}
	act := store.Act{Request: "odg " + strings.Join(words, " ")}
	if act.Request != "odg serve" {
		act.Who = whoRuns()
	}
	return store.By(ctx, act)
}

// whoRuns is the name of whoever runs this, or the number where there is no name, as in a
// container.
func whoRuns() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "uid " + strconv.Itoa(os.Getuid())
}
