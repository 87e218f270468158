# git computes the ids of the kept objects: the tag names the commit, the commit is the batch's.
source "$LIB/lib.sh"
needs git

commit=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["commit"].split(":")[-1])' "$box/batch.json")
same_commit() { [[ $(git hash-object -t commit --stdin <"$1") == "$commit" ]]; }
tag_names_commit() { grep -qx "object $commit" "$1" && git hash-object -t tag --stdin <"$1"; }
accepts "git computes the batch's commit id from git/commit" same_commit "$box/git/commit"
accepts "git reads git/tag as a tag of that commit" tag_names_commit "$box/git/tag"
flip "$box/git/commit" "$WORK/altered.commit"
refuses "git computes another id for an altered commit" same_commit "$WORK/altered.commit"
sed "s/^object .*/object 0000000000000000000000000000000000000000/" "$box/git/tag" >"$WORK/altered.tag"
refuses "an altered tag names another commit" tag_names_commit "$WORK/altered.tag"
