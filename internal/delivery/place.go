package delivery

import "strings"

// archiveEndings are those of names that need no more to be known as archives.
var archiveEndings = []string{".ctf", ".tar", ".tgz", ".tar.gz"}

// ArchivePath returns the path of an archive that stands where a registry may: one that
// begins with /, ./, ../, file:// or ctf::, or ends in .ctf, .tar, .tgz or .tar.gz.
func ArchivePath(place string) (path string, is bool) {
	for _, scheme := range []string{"file://", "ctf::"} {
		if path, is := strings.CutPrefix(place, scheme); is {
			return path, true
		}
	}
	if strings.Contains(place, "://") {
		return "", false
	}
	if place == "." || place == ".." {
		return place, true
	}
	for _, start := range []string{"/", "./", "../"} {
		if strings.HasPrefix(place, start) {
			return place, true
		}
	}
	for _, ending := range archiveEndings {
		if strings.HasSuffix(place, ending) {
			return place, true
		}
	}
	return "", false
}
