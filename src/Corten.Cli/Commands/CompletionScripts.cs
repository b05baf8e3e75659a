namespace Corten.Cli.Commands;

/// <summary>What each shell needs to ask <c>__complete</c>. The last word is the one being typed; no answer at all means file names.</summary>
internal static class CompletionScripts
{
    public const string Bash = """
        _corten() {
            local IFS=$'\n' words line
            local current="${COMP_LINE:0:COMP_POINT}"
            mapfile -t words < <(xargs -n1 printf '%s\n' 2>/dev/null <<<"${current#* }")
            [[ "$current" == *" " ]] && words+=("")
            COMPREPLY=()
            while read -r line; do
                COMPREPLY+=("${line%%$'\t'*}")
            done < <("${COMP_WORDS[0]}" __complete -- "${words[@]}" 2>/dev/null)
            if [[ ${#COMPREPLY[@]} -eq 0 ]]; then
                compopt -o default
            elif [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *[:=/] ]]; then
                compopt -o nospace
            fi
            if declare -F __ltrim_colon_completions >/dev/null; then
                __ltrim_colon_completions "${COMP_WORDS[COMP_CWORD]}"
            fi
        }
        complete -F _corten corten

        """;

    public const string Zsh = """
        #compdef corten
        _corten() {
            local -a answers shown
            local line word summary
            answers=("${(@f)$(${words[1]} __complete -- "${(@)words[2,$CURRENT]}" 2>/dev/null)}")
            for line in "${answers[@]}"; do
                [[ -z "$line" ]] && continue
                word="${line%%$'\t'*}"
                summary="${line#*$'\t'}"
                [[ "$summary" == "$line" ]] && summary=""
                shown+=("${word//:/\\:}${summary:+:$summary}")
            done
            if (( ${#shown} )); then
                _describe -t commands corten shown
            else
                _files
            fi
        }
        compdef _corten corten

        """;

    public const string Fish = """
        function __corten_complete
            set -l words (commandline -opc) (commandline -ct)
            $words[1] __complete -- $words[2..-1] 2>/dev/null
        end
        complete -c corten -f -n 'test (count (__corten_complete)) -gt 0' -a '(__corten_complete)'
        complete -c corten -F -n 'test (count (__corten_complete)) -eq 0'

        """;
}
