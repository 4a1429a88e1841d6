// Flat pre-order serialisation of a tree-sitter tree: 5 x u32 per node.
// w0 start byte, w1 end byte, w2 symbol | field<<16, w3 flags | , w4 subtree node count
#include <tree_sitter/api.h>
#include <stdlib.h>
#include <string.h>
#include <stdint.h>
#include <stdbool.h>
const TSLanguage *tree_sitter_python(void), *tree_sitter_javascript(void), *tree_sitter_typescript(void), *tree_sitter_tsx(void), *tree_sitter_java(void);
static const TSLanguage *L(int i){ switch(i){case 0:return tree_sitter_python();case 1:return tree_sitter_javascript();case 2:return tree_sitter_typescript();case 3:return tree_sitter_tsx();case 4:return tree_sitter_java();} return 0; }
static TSParser *P; static uint32_t *buf; static uint32_t n, cap, err;
#define EXPORT(x) __attribute__((export_name(#x))) x
uint8_t *EXPORT(ts_alloc)(uint32_t k){ return malloc(k); }
void EXPORT(ts_release)(void *p){ free(p); }
static uint32_t *stk, sp, scap;
static void emit(TSTreeCursor *c){
  sp=0;
  for(;;){
    TSNode nd = ts_tree_cursor_current_node(c);
    uint32_t me=n;
    if(n==cap){ cap = cap? cap*2 : 1<<14; buf = realloc(buf,(size_t)cap*20); }
    uint32_t *r=buf+(size_t)me*5; n++;
    int e=ts_node_is_error(nd), m=ts_node_is_missing(nd);
    if(e||m) err++;
    r[0]=ts_node_start_byte(nd); r[1]=ts_node_end_byte(nd);
    r[2]=ts_node_symbol(nd) | ((uint32_t)ts_tree_cursor_current_field_id(c)<<16);
    r[3]=(ts_node_is_named(nd)?1:0)|(e?2:0)|(m?4:0)|(ts_node_is_extra(nd)?8:0);
    r[4]=1;
    if(ts_tree_cursor_goto_first_child(c)){
      if(sp==scap){ scap=scap?scap*2:256; stk=realloc(stk,(size_t)scap*4); }
      stk[sp++]=me; continue; }
    while(!ts_tree_cursor_goto_next_sibling(c)){
      if(!sp) return;
      uint32_t p=stk[--sp]; buf[(size_t)p*5+4]=n-p;
      ts_tree_cursor_goto_parent(c);
    }
  }
}
// A parse may do so much work and no more. Broken text can make tree-sitter go
// over the same bytes, or over ever more versions of a tree, again and again:
// 60 KB took a minute. Work is counted, not timed, so that the same text always
// ends the same way: one unit for 100 of the parser's own operations, one for
// 1 KB that its lexer asks for, one for 512 characters, children or stack
// entries gone over (ts_fuel, which build.sh adds to the core).
extern uint64_t ts_fuel;
static uint32_t work, budget;
static uint64_t spent(void){ return work+(ts_fuel>>9); }
typedef struct { const char *text; uint32_t len; } source;
static const char *give(void *payload, uint32_t at, TSPoint p, uint32_t *n){
  source *s=payload; (void)p;
  if(at>=s->len || (++work,spent()>budget)){ *n=0; return ""; }
  uint32_t end=(at|1023)+1; if(end>s->len) end=s->len;
  *n=end-at; return s->text+at;
}
static bool tired(TSParseState *s){ (void)s; ++work; return spent()>budget; }
// returns pointer to {count, err, bufptr, work}; count is 0 if the budget of
// work did not suffice
static uint32_t res[4];
uint32_t *EXPORT(ts_parse_flat)(int lang, const char *src, uint32_t len, uint32_t most){
  if(!P) P=ts_parser_new();
  ts_parser_set_language(P,L(lang));
  source s={src,len};
  TSInput in={&s,give,TSInputEncodingUTF8,0};
  TSParseOptions opt={0,tired};
  work=0; ts_fuel=0; budget=most; n=0; err=0;
  TSTree *t=ts_parser_parse_with_options(P,0,in,opt);
  if(t && spent()<=budget){
    TSTreeCursor c=ts_tree_cursor_new(ts_tree_root_node(t));
    emit(&c); ts_tree_cursor_delete(&c);
  }
  if(t) ts_tree_delete(t);
  ts_parser_reset(P);
  res[0]=n; res[1]=err; res[2]=(uint32_t)(uintptr_t)buf; res[3]=(uint32_t)spent();
  return res;
}
uint32_t EXPORT(ts_symcount)(int lang){ return ts_language_symbol_count(L(lang)); }
const char *EXPORT(ts_symname)(int lang,int i){ return ts_language_symbol_name(L(lang),i); }
uint32_t EXPORT(ts_fieldcount)(int lang){ return ts_language_field_count(L(lang)); }
const char *EXPORT(ts_fieldname)(int lang,int i){ return ts_language_field_name_for_id(L(lang),i); }
