package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// damage changes a byte in the blob of a resource of a CTF directory:
// damage DIR COMPONENT:VERSION RESOURCE.
func damage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: damage DIR COMPONENT:VERSION RESOURCE")
	}
	dir := ts.MkAbs(args[0])
	name, version, _ := strings.Cut(args[1], ":")
	archive, err := ctf.Open(dir, ctf.Config{})
	ts.Check(err)
	defer archive.Close()
	descriptor, err := archive.Descriptor(context.Background(), component.ID{Name: name, Version: version})
	ts.Check(err)
	for _, r := range descriptor.Resources {
		if r.Name != args[2] {
			continue
		}
		var access struct{ LocalReference string }
		ts.Check(json.Unmarshal(r.Access.Raw, &access))
		file := filepath.Join(dir, "blobs", strings.Replace(access.LocalReference, ":", ".", 1))
		data, err := os.ReadFile(file)
		ts.Check(err)
		ts.Check(os.WriteFile(file+".orig", data, 0o600))
		data[len(data)/2] ^= 1
		ts.Check(os.WriteFile(file, data, 0o600))
		return
	}
	ts.Fatalf("%s has no resource %s", args[1], args[2])
}

// mend takes back what damage did: mend DIR.
func mend(ts *testscript.TestScript, _ bool, args []string) {
	originals, err := filepath.Glob(filepath.Join(ts.MkAbs(args[0]), "blobs", "*.orig"))
	ts.Check(err)
	for _, original := range originals {
		ts.Check(os.Rename(original, strings.TrimSuffix(original, ".orig")))
	}
}

// replace changes a text in a file: replace OLD NEW FILE.
func replace(ts *testscript.TestScript, _ bool, args []string) {
	data, err := os.ReadFile(ts.MkAbs(args[2]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), bytes.ReplaceAll(data, []byte(args[0]), []byte(args[1])), 0o600))
}

// replay replays all items of a JSON list: replay FILE ARGS...
func replay(ts *testscript.TestScript, _ bool, args []string) {
	var items []struct{ Name string }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &items))
	command := append([]string{"0", "backlog", "replay"}, args[1:]...)
	for _, item := range items {
		command = append(command, item.Name)
	}
	exits(ts, false, command)
}

// killed runs odg COUNT times and kills it, each time a little later:
// killed COUNT ARGS...
func killed(ts *testscript.TestScript, _ bool, args []string) {
	count, err := strconv.Atoi(args[0])
	ts.Check(err)
	for i := range count {
		path := filepath.SplitList(ts.Getenv("PATH"))[0] // where testscript puts its commands
		cmd := exec.Command(filepath.Join(path, "odg"), inDir(ts, args[1:])...)
		cmd.Env = append(os.Environ(), "HOME="+ts.Getenv("HOME"))
		ts.Check(cmd.Start())
		timer := time.AfterFunc(time.Duration(i+1)*8*time.Millisecond, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait() // killed, or done before that
		timer.Stop()
	}
}

// locked runs odg while another process has the database: locked DB CODE ARGS...
func locked(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sqlite.Open(context.Background(), ts.MkAbs(args[0]), sqlite.Config{})
	ts.Check(err)
	defer db.Close()
	unlock, err := db.Lock()
	ts.Check(err)
	defer unlock()
	exits(ts, false, args[1:])
}

// execSQL changes a database behind our back: sql DB STATEMENT.
func execSQL(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer db.Close()
	_, err = db.Exec(args[1])
	ts.Check(err)
}
