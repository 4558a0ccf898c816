package artefact_test

import (
	"fmt"

	"github.com/opendeliverygear/odg/artefact"
)

func ExampleID_Key() {
	id := artefact.ID{
		ComponentName:    new("acme.org/shop"),
		ComponentVersion: new("1.0.0"),
		Kind:             artefact.KindResource,
		Artefact: &artefact.LocalID{
			Name: new("web"), Version: new("1.4.2"), Type: new("ociImage"),
			ExtraID: map[string]string{"os": "linux", "arch": "arm64"},
		},
	}
	fmt.Println(id.Key())
	fmt.Println(artefact.ID{ComponentName: new("acme.org/shop")}.Key())
	// Output:
	// acme.org/shop|1.0.0|web|1.4.2|ociImage|arch:arm64_os:linux|resource|
	// acme.org/shop|None|None|None|
}

func ExampleParse() {
	id, err := artefact.Parse([]byte(`{"component_name": "acme.org/shop", "artefact": {"artefact_name": "web"}}`))
	fmt.Println(id, err)
	_, err = artefact.Parse([]byte(`{"artefact": {"artefact_extra_id": {"os": 7}}}`))
	fmt.Println(err)
	// Output:
	// acme.org/shop|None|web|None|None||None| <nil>
	// artefact.artefact_extra_id.os: want a string, got number
}

func ExampleGroupID() {
	id := artefact.ID{
		ComponentName: new("acme.org/shop"),
		Kind:          artefact.KindResource,
		Artefact:      &artefact.LocalID{Name: new("web"), Version: new("1.4.2"), Type: new("ociImage")},
	}
	attrs := []artefact.Attribute{artefact.AttrComponentName, artefact.AttrKind, artefact.AttrName, artefact.AttrType}
	group, _ := artefact.GroupID(id, attrs)
	kept, _ := artefact.Keep(id, attrs)
	rest, _ := artefact.Drop(id, attrs)
	fmt.Println(group)
	fmt.Println(kept)
	fmt.Println(rest)
	// Output:
	// acme.org/shopresourcewebociImage
	// acme.org/shop|None|web|None|ociImage||resource|
	// None|None|None|1.4.2|None||None|
}

func ExampleNormaliseExtraID() {
	fmt.Println(artefact.NormaliseExtraID(map[string]string{"version": "1.0.0", "arch": "amd64"}))
	// Output:
	// arch:amd64_version:1.0.0
}
