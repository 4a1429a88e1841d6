package files

import "rind/code/flow"

// What a call does with a file.
type deed uint8

const (
	reads  deed = iota // yields the content of the file at path
	opens              // yields a handle for path
	enters             // yields the handle that it is called on
	writes             // writes data to the file at path
	puts               // writes data to the handle path
	moves              // copies or moves the file at data to path
	gets               // yields the content of the handle path
	lists              // yields the lines of the handle path
)

// An operation is a call by name; path and data are places of arguments:
// positions, or recv.
type operation struct {
	does deed
	path int
	data int
}

const recv = -1

// arg is the argument at a place.
func (operation) arg(c *flow.Call, at int) *flow.Value {
	if at == recv {
		return c.Recv()
	}
	if v := c.Arg(at); v != nil {
		return v
	}
	if at == 0 {
		for _, name := range []string{"file", "filename", "path"} {
			if v := c.Named(name); v != nil {
				return v
			}
		}
	}
	return nil
}

var operations = func() map[string]operation {
	out := map[string]operation{}
	add := func(op operation, names ...string) {
		for _, n := range names {
			out[n] = op
		}
	}
	// Python.
	add(operation{opens, 0, 0}, "open", "io.open", "codecs.open", "builtins.open", "aiofiles.open", "gzip.open")
	add(operation{opens, recv, 0}, "pathlib.Path.open")
	add(operation{enters, recv, 0}, "file.__enter__", "file.__aenter__")
	add(operation{gets, recv, 0}, "file.read", "file.readline", "file.__next__", "os.File.Read")
	add(operation{lists, recv, 0}, "file.readlines")
	add(operation{gets, 0, 0}, "io.ReadAll", "io/ioutil.ReadAll", "bufio.NewReader", "bufio.NewScanner", "json.load", "yaml.safe_load", "csv.reader", "csv.DictReader")
	add(operation{reads, recv, 0}, "pathlib.Path.read_text", "pathlib.Path.read_bytes")
	add(operation{writes, recv, 0}, "pathlib.Path.write_text", "pathlib.Path.write_bytes")
	add(operation{puts, recv, 0}, "file.write", "file.writelines", "os.File.Write", "os.File.WriteString", "stream.write", "stream.end")
	add(operation{puts, 1, 0}, "json.dump", "yaml.dump", "yaml.safe_dump", "pickle.dump", "shutil.copyfileobj")
	add(operation{moves, 1, 0}, "shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.move", "os.rename", "os.replace",
		"fs.copyFileSync", "fs.renameSync", "fs.promises.copyFile", "fs.promises.rename", "fs/promises.copyFile", "fs/promises.rename", "os.Rename")
	// JavaScript.
	for _, m := range []string{"fs", "fs.promises", "fs/promises", "fs-extra", "graceful-fs"} {
		add(operation{reads, 0, 0}, m+".readFile", m+".readFileSync", m+".readJson", m+".readJsonSync")
		add(operation{writes, 0, 1}, m+".writeFile", m+".writeFileSync", m+".appendFile", m+".appendFileSync", m+".outputFile", m+".outputFileSync", m+".writeJson")
		add(operation{opens, 0, 0}, m+".createReadStream", m+".createWriteStream")
	}
	add(operation{puts, 1, 0}, "stream.pipeline", "stream/promises.pipeline", "util.promisify().pipeline")
	// Go.
	add(operation{reads, 0, 0}, "os.ReadFile", "io/ioutil.ReadFile")
	add(operation{opens, 0, 0}, "os.Open", "os.Create", "os.OpenFile")
	add(operation{writes, 0, 1}, "os.WriteFile", "io/ioutil.WriteFile")
	add(operation{puts, 0, 1}, "io.Copy", "io.CopyN", "io.WriteString", "fmt.Fprint", "fmt.Fprintln")
	add(operation{puts, 0, 2}, "fmt.Fprintf")
	// Java.
	for _, m := range []string{"readString", "readAllBytes", "readAllLines", "newBufferedReader", "newInputStream", "lines"} {
		add(operation{reads, 0, 0}, "java.nio.file.Files."+m)
	}
	add(operation{writes, 0, 1}, "java.nio.file.Files.write", "java.nio.file.Files.writeString")
	add(operation{writes, 1, 0}, "java.nio.file.Files.copy")
	add(operation{opens, 0, 0}, "java.io.FileInputStream.new", "java.io.FileOutputStream.new", "java.io.FileReader.new", "java.io.FileWriter.new", "java.io.File.new")
	add(operation{puts, recv, 0}, "java.io.FileOutputStream.write", "java.io.FileWriter.write")
	return out
}()

// A transfer is a convenience of an SDK that moves an object between a bucket
// and a file.
type transfer struct {
	up     bool
	handle bool // the argument is a handle, not a path
	name   string
	at     int // position; -1 the last
}

var transfers = map[string]transfer{
	"downloadfile":    {false, false, "Filename", -1},
	"downloadfileobj": {false, true, "Fileobj", -1},
	"uploadfile":      {true, false, "Filename", 0},
	"uploadfileobj":   {true, true, "Fileobj", 0},
	"download":        {false, true, "w", 1}, // Go's Download(ctx, w, input)
}
