package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// Build is what is known of how the program was built.
type Build struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Time    string `json:"time,omitempty"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
}

// version is set by the linker (-X) where images are built, which is without version
// control.
var version string

// ReadBuild returns what the program was built from.
func ReadBuild() Build {
	b := Build{Version: "devel", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.Version = v
	}
	if version != "" {
		b.Version = version
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			b.Commit = setting.Value
		case "vcs.time":
			b.Time = setting.Value
		}
	}
	return b
}

// Line writes the line that a command prints as its version.
func (b Build) Line(command string) string {
	return fmt.Sprintf("%s %s (%s, %s/%s)", command, b.Version, b.Go, b.OS, b.Arch)
}
