"""`helpterm completion SHELL`: a script that completes subcommands, options, values and files, made from the command line itself.

In every shell the script first finds the place: the words of the subcommand that stand already, options and values left out.
"""

from __future__ import annotations

import argparse
import shlex
import sys

from tui.cli.outline import FILES, Option, Place, outline


def completion(options: argparse.Namespace) -> int:
    """Prints the script for bash, zsh or fish."""
    from tui.cli.parser import build

    sys.stdout.write(script(options.shell, outline(build())))
    return 0


def script(shell: str, top: Place) -> str:
    """The script of a shell: `bash`, `zsh` or `fish`."""
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](top)


def _bash(top: Place) -> str:
    words = "\n".join(
        f"    {_place(each)}) words={shlex.quote(' '.join(_words(each)))} files={int(each.takes_files)} ;;"
        for each in top.all()
    )
    values = "\n".join(
        f"    {_place(place)}:{name}) words={shlex.quote(' '.join(option.choices))} files={int(option.value in FILES)} ;;"
        for place in top.all()
        for option in place.options
        for name in option.names
        if option.value
    )
    return f"""# Completion of helpterm for bash. Use: source <(helpterm completion bash)
_helpterm() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} place="" before="" words="" files=0 word at
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=${{COMP_WORDS[at]}}
    if [[ " {_valued(top)} " == *" $place:$before "* ]]; then
      before=""
      continue
    fi
    before=$word
    case "$place/$word" in
      {_steps(top)}) place="${{place:+$place/}}$word" ;;
    esac
  done
  case "$place:$before" in
{values}
    *) case "$place" in
{words}
    esac ;;
  esac
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "${{words// /$'\\n'}}" -- "$cur"))
  if ((files)); then COMPREPLY+=($(compgen -f -- "$cur")); fi
}}
complete -o filenames -F _helpterm helpterm
"""


def _zsh(top: Place) -> str:
    places = "\n".join(
        f"    {_place(each)}) found=({' '.join(map(shlex.quote, _described(each)))}) files={int(each.takes_files)} ;;"
        for each in top.all()
    )
    values = "\n".join(
        f"    {_place(place)}:{name}) found=({' '.join(map(shlex.quote, option.choices))}) files={int(option.value in FILES)} ;;"
        for place in top.all()
        for option in place.options
        for name in option.names
        if option.value
    )
    return f"""#compdef helpterm
# Completion of helpterm for zsh. Use: source <(helpterm completion zsh), or save it as _helpterm in a folder of $fpath.
_helpterm() {{
  local place="" before="" word
  local -i files=0
  local -a found
  for word in ${{words[2,CURRENT-1]}}; do
    if [[ " {_valued(top)} " == *" $place:$before "* ]]; then
      before=""
      continue
    fi
    before=$word
    case "$place/$word" in
      {_steps(top)}) place="${{place:+$place/}}$word" ;;
    esac
  done
  case "$place:$before" in
{values}
    *) case "$place" in
{places}
    esac ;;
  esac
  ((files)) && _files
  _describe helpterm found
}}
if [[ $funcstack[1] == _helpterm ]]; then
  _helpterm "$@"
else
  compdef _helpterm helpterm
fi
"""


def _fish(top: Place) -> str:
    lines = [line for place in top.all() for line in _fish_place(place)]
    return "\n".join(
        [
            "# Completion of helpterm for fish. Use: helpterm completion fish | source",
            "function __helpterm_place",
            "  set -l place ''",
            "  set -l before ''",
            "  for word in (commandline -opc)[2..-1]",
            f'    if contains -- "$place:$before" {" ".join(map(_fish_quoted, _valued(top).split()))}',
            "      set before ''",
            "      continue",
            "    end",
            "    set before $word",
            '    switch "$place/$word"',
            f"      case {' '.join(_steps(top).split('|'))}",
            '        set place (string trim --left --chars=/ "$place/$word")',
            "    end",
            "  end",
            '  test "$place" = "$argv[1]"',
            "end",
            "complete -c helpterm -f",
            *lines,
            "",
        ]
    )


def _fish_place(place: Place) -> list[str]:
    start = f"complete -c helpterm -n {_fish_quoted(f'__helpterm_place {_fish_quoted(place.name)}')}"
    lines = [
        f"{start} -a {_fish_quoted(each.words[-1])} -d {_fish_quoted(each.help)}" for each in place.places
    ]
    lines += [
        f"{start} -a {_fish_quoted(' '.join(each.choices))}" for each in place.arguments if each.choices
    ]
    lines += [f"{start} {_fish_option(option)}" for option in place.options]
    return [*lines, f"{start} -F"] if place.takes_files else lines


def _fish_option(option: Option) -> str:
    names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
    value = ""
    if option.value:
        value = f" -x -a {_fish_quoted(' '.join(option.choices))}" if option.choices else " -x"
        value = " -r -F" if option.value in FILES else value
    return f"{names}{value} -d {_fish_quoted(option.help)}"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _place(place: Place) -> str:
    return place.name or '""'


def _steps(top: Place) -> str:
    """Patterns of `place/word` where the word leads one place further down."""
    return "|".join(f"{'/'.join(each.words[:-1])}/{each.words[-1]}" for each in top.all() if each.words)


def _valued(top: Place) -> str:
    """`place:option` of every option that takes a value: the word behind it is no subcommand."""
    return " ".join(
        f"{each.name}:{name}"
        for each in top.all()
        for option in each.options
        if option.value
        for name in option.names
    )


def _words(place: Place) -> list[str]:
    return [
        *(each.words[-1] for each in place.places),
        *(choice for each in place.arguments for choice in each.choices),
        *(name for option in place.options for name in option.names),
    ]


def _described(place: Place) -> list[str]:
    """`word:what it does` for zsh; a colon in a word is none of ours."""
    named = [(each.words[-1], each.help) for each in place.places]
    named += [(choice, "") for each in place.arguments for choice in each.choices]
    named += [(name, option.help) for option in place.options for name in option.names]
    return [f"{word}:{help}" if help else word for word, help in named]
