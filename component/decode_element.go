package component

func resource(v *value) (r Resource, err error) {
	err = v.object(func(key string, member *value) (err error) {
		switch key {
		case "type":
			r.WrittenType, err = member.required()
			r.Type = NormaliseArtefactType(r.WrittenType)
		case "relation":
			r.Relation, err = relation(member)
		case "access":
			r.Access, err = access(member)
		case "digest":
			r.Digest, err = digest(member)
		case "srcRefs", "srcRef": // the old name is still read
			r.SrcRefs, err = items(member, srcRef)
		default:
			err = r.Element.member(key, member)
		}
		return err
	})
	switch {
	case err != nil:
		return r, err
	case r.Version == "":
		return r, v.missing("version")
	case r.Relation == "":
		return r, v.missing("relation")
	}
	return r, artefactComplete(v, r.Element, r.Type, r.Access)
}

func source(v *value) (s Source, err error) {
	err = v.object(func(key string, member *value) (err error) {
		switch key {
		case "type":
			s.WrittenType, err = member.required()
			s.Type = NormaliseArtefactType(s.WrittenType)
		case "access":
			s.Access, err = access(member)
		default:
			err = s.Element.member(key, member)
		}
		return err
	})
	if err != nil {
		return s, err
	}
	return s, artefactComplete(v, s.Element, s.Type, s.Access)
}

func artefactComplete(v *value, e Element, artefactType string, a Access) error {
	switch {
	case e.Name == "":
		return v.missing("name")
	case artefactType == "":
		return v.missing("type")
	case a.Raw == nil:
		return v.missing("access")
	}
	return nil
}

func reference(v *value) (r Reference, err error) {
	err = v.object(func(key string, member *value) (err error) {
		switch key {
		case "componentName":
			r.ComponentName, err = member.required()
		case "digest":
			r.Digest, err = digest(member)
		default:
			err = r.Element.member(key, member)
		}
		return err
	})
	switch {
	case err != nil:
		return r, err
	case r.Name == "":
		return r, v.missing("name")
	case r.ComponentName == "":
		return r, v.missing("componentName")
	case r.Version == "":
		return r, v.missing("version")
	}
	return r, nil
}

// member reads a field that all elements have.
func (e *Element) member(key string, member *value) (err error) {
	switch key {
	case "name":
		e.Name, err = member.required()
	case "version":
		e.Version, err = member.optional()
	case "extraIdentity":
		e.ExtraIdentity, err = member.texts()
		if _, reserved := e.ExtraIdentity["name"]; reserved && err == nil {
			err = member.errorf("has the key \"name\", which is reserved for the name of the element")
		}
	case "labels":
		e.Labels, err = items(member, label)
	}
	return err
}

func relation(v *value) (string, error) {
	text, err := v.required()
	if err == nil && text != "local" && text != "external" {
		err = v.errorf("is %q, want \"local\" or \"external\"", text)
	}
	return text, err
}

func access(v *value) (a Access, err error) {
	err = v.object(func(key string, member *value) (err error) {
		if key == "type" {
			a.Type, err = member.required()
			a.Type = NormaliseAccessType(a.Type)
		}
		return err
	})
	if err == nil && a.Type == "" {
		err = v.missing("type")
	}
	a.Raw = v.raw()
	return a, err
}

// digest reads a digest. One without any content, as some tools write, is none.
func digest(v *value) (*Digest, error) {
	if v.null() {
		return nil, nil
	}
	var d Digest
	err := v.object(func(key string, member *value) (err error) {
		switch key {
		case "hashAlgorithm":
			d.HashAlgorithm, err = member.text()
		case "normalisationAlgorithm":
			d.NormalisationAlgorithm, err = member.text()
		case "value":
			d.Value, err = member.text()
		}
		return err
	})
	if err != nil || d == (Digest{}) {
		return nil, err
	}
	return &d, nil
}

func srcRef(v *value) (s SrcRef, err error) {
	err = v.object(func(key string, member *value) (err error) {
		switch key {
		case "identitySelector":
			s.IdentitySelector, err = member.texts()
		case "labels":
			s.Labels, err = items(member, label)
		}
		return err
	})
	return s, err
}

func label(v *value) (l Label, err error) {
	err = v.object(func(key string, member *value) (err error) {
		switch key {
		case "name":
			l.Name, err = member.required()
		case "value":
			l.Value = member.raw()
		case "version":
			l.Version, err = member.optional()
		case "signing":
			l.Signing, err = signing(member)
		case "merge":
			l.Merge = member.rawOrNil()
		}
		return err
	})
	switch {
	case err != nil:
		return l, err
	case l.Name == "":
		return l, v.missing("name")
	case l.Value == nil:
		return l, v.missing("value")
	}
	return l, nil
}

func signing(v *value) (bool, error) {
	switch string(v.data) {
	case "true":
		return true, nil
	case "false", "null":
		return false, nil
	}
	return false, v.errorf("is %s, want true or false", kind(v.data))
}
