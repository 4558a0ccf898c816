package delivery

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/matryer/is"
)

// A delivery that is replaced while it is watched is read again, and old archives
// are closed when nobody reads them any more.
func TestRefresh(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	a := Archives{Dir: t.TempDir()}
	path := filepath.Join(a.Dir, "delivery.tgz")
	delivery, err := os.ReadFile(filepath.Join("..", "..", "examples", "quickstart", "delivery.tgz"))
	is.NoErr(err)
	_, err = a.Open("./delivery.tgz")
	is.True(err != nil)

	is.NoErr(os.WriteFile(path, delivery, 0o600))
	_, err = a.Open("delivery.tgz")
	is.True(err != nil) // nobody has looked again
	a.Refresh()
	first, err := a.Open(path)
	is.NoErr(err)
	versions, err := first.Versions(t.Context(), "example.org/shop")
	is.NoErr(err)
	is.True(len(versions) > 0)
	a.Refresh()
	again, err := a.Open(path)
	is.NoErr(err)
	is.Equal(again, first) // nothing has changed

	is.NoErr(os.WriteFile(path, delivery[:len(delivery)/2], 0o600))
	a.Refresh()
	_, err = a.Open(path)
	is.True(err != nil) // half an archive is none
	is.NoErr(os.WriteFile(path, delivery, 0o600))
	a.Refresh()
	_, err = a.Open(path)
	is.NoErr(err)

	is.Equal(len(a.retired), 1)
	a.closeRetired(time.Now().Add(-time.Hour))
	is.Equal(len(a.retired), 1) // somebody may read it
	a.closeRetired(time.Now().Add(time.Hour))
	is.Equal(len(a.retired), 0)
	is.NoErr(a.Close())
}
