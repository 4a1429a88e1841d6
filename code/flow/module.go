package flow

import (
	"path"
	"strings"

	"rind/code/ir"
)

// resolve asks for the app's own module that an import means.
func (e *engine) resolve(from *ir.Module, path string) *ir.Module {
	if e.opt.Resolver == nil {
		return nil
	}
	return e.opt.Resolver.Resolve(from, path)
}

// load runs a module's top-level code once and yields its exports.
func (e *engine) load(m *ir.Module) *Value {
	if l := e.modules[m]; l != nil {
		return e.exports(m, l)
	}
	id, _ := e.newObject(isScope, "", nil, ir.Pos{})
	l := &loaded{scope: id}
	l.frame = &frame{fn: m.Init, scope: id}
	e.modules[m] = l
	e.entered[m.Init] = true
	init := e.initing
	e.initing = true
	if m.Lang == ir.JavaScript {
		mod, v := e.newObject(isDict, "Object", l.frame, m.Init.Pos)
		_, exports := e.newObject(isDict, "Object", l.frame, m.Init.Pos)
		e.setField(mod, "exports", exports, false)
		e.st.set(loc{id, "module"}, v)
		e.st.set(loc{id, "exports"}, exports)
		if e.vars[m.Init] == nil {
			e.declares(m.Init, "module")
		}
		e.vars[m.Init]["module"], e.vars[m.Init]["exports"] = true, true
	}
	e.exec(m.Init.Body, l.frame)
	if e.st.end != alive {
		e.st.end = alive
	}
	l.done = true
	e.exportStars(m, l)
	e.initing = init
	return e.exports(m, l)
}

// exportStars copies what "export * from" takes over.
func (e *engine) exportStars(m *ir.Module, l *loaded) {
	if m.Lang != ir.JavaScript {
		return
	}
	for _, path := range m.Stars {
		from := e.importPath(path, l.frame)
		for _, id := range e.exports(m, l).objs {
			e.copyFields(id, from, []string{"default"})
		}
	}
}

// exports is what an import of a loaded module yields.
func (e *engine) exports(m *ir.Module, l *loaded) *Value {
	if m.Lang == ir.JavaScript {
		if mod := e.st.get(loc{l.scope, "module"}); mod != nil && len(mod.objs) > 0 {
			if v := e.field(mod.objs[0], "exports"); v != nil {
				for _, id := range v.objs {
					e.exported[id] = true
				}
				return v
			}
		}
		return none
	}
	if m.Exports != nil && l.done {
		return e.eval(m.Exports, l.frame)
	}
	return e.moduleValue(m, m.Name)
}

// moduleValue is an object that stands for a module of the app.
func (e *engine) moduleValue(m *ir.Module, path string) *Value {
	if e.modules[m] == nil {
		e.load(m)
	}
	id, v := e.newObject(isModule, path, nil, ir.Pos{})
	e.objs[id].mod = m
	return v
}

// importPath yields the named module, of the app or of the outside.
func (e *engine) importPath(path string, fr *frame) *Value {
	m := e.resolve(fr.fn.Module, path)
	if m == nil && strings.HasPrefix(path, ".") && strings.Trim(path, "./") != "" && isCodePath(path) && fr.fn.Module.Lang != ir.Java {
		e.limit("imports " + path + ", which was not found")
	}
	if m == nil {
		if fr.fn.Module.Lang == ir.Python {
			// "import a.b" of a package whose __init__ is missing: a module
			// object that finds its submodules.
			if strings.HasPrefix(path, ".") {
				return unknown
			}
		}
		if fr.fn.Module.Lang == ir.JavaScript {
			path = strings.TrimPrefix(path, "node:")
			if strings.HasPrefix(path, ".") {
				return unknown
			}
		}
		return outside(path)
	}
	v := e.load(m)
	if m.Lang == ir.Java {
		if c := e.classIn(m, path); c != nil {
			return c
		}
	}
	if m.Lang == ir.Python {
		return e.moduleValue(m, path)
	}
	return v
}

// closureOf finds the value of a function declared at the top of a module, or
// a method of a class there, for functions that nothing called.
func (e *engine) closureOf(fn *ir.Func, fr *frame) *closure {
	find := func(v *Value) *closure {
		if v == nil {
			return nil
		}
		for _, c := range v.funcs {
			if c.fn == fn {
				return c
			}
		}
		return nil
	}
	for _, name := range fr.fn.Vars {
		v := e.st.get(loc{fr.scope, name})
		if c := find(v); c != nil {
			return c
		}
		if v == nil {
			continue
		}
		for _, id := range v.objs {
			if e.objs[id].kind != isClass && e.objs[id].kind != isDict {
				continue
			}
			for _, k := range e.objs[id].keys {
				if c := find(e.field(id, k)); c != nil {
					if e.objs[id].kind == isClass {
						this := e.instance(id, fr)
						return e.bind(&Value{funcs: []*closure{c}}, this, id).funcs[0]
					}
					return c
				}
			}
		}
	}
	if v := e.exports(fr.fn.Module, e.modules[fr.fn.Module]); v != nil {
		for _, id := range v.objs {
			for _, k := range e.objs[id].keys {
				if c := find(e.field(id, k)); c != nil {
					return c
				}
			}
		}
	}
	return nil
}

// instance is an instance of a class for methods that are entered from
// outside; one for all of them.
func (e *engine) instance(class int32, fr *frame) *Value {
	key := loc{class, "instance:"}
	if v := e.st.get(key); v != nil {
		return v
	}
	v := e.instantiate(class, nil, fr, ir.Pos{})
	e.st.end = alive
	e.st.set(key, v)
	return v
}

// isCodePath reports whether a relative import is of code rather than of data
// that a bundler takes in.
func isCodePath(name string) bool {
	switch path.Ext(strings.TrimLeft(name, ".")) {
	case ".json", ".css", ".html", ".txt", ".md", ".graphql", ".gql", ".sql", ".yml", ".yaml", ".node", ".wasm", ".svg", ".png", ".pem":
		return false
	}
	return true
}
