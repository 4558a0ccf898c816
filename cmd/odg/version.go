package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
)

type versionCmd struct {
	Format string `enum:"text,json" default:"text" short:"o" aliases:"output" help:"Output: text or json."`
}

// buildInfo is what odg version prints.
type buildInfo struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Time    string `json:"time,omitempty"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
}

func readBuildInfo() buildInfo {
	info := buildInfo{Version: "devel", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return info
	}
	if v := build.Main.Version; v != "" && v != "(devel)" {
		info.Version = v
	}
	for _, setting := range build.Settings {
		switch setting.Key {
		case "vcs.revision":
			info.Commit = setting.Value
		case "vcs.time":
			info.Time = setting.Value
		}
	}
	return info
}

// Run prints the version.
func (c *versionCmd) Run(t *terminal) error {
	info := readBuildInfo()
	if c.Format == "json" {
		return json.NewEncoder(t.stdout).Encode(info)
	}
	_, err := fmt.Fprintf(t.stdout, "odg %s (%s, %s/%s)\n", info.Version, info.Go, info.OS, info.Arch)
	return err
}
