"""What the API of every room stands on.

views: RoomViewSet, created. fields: AudienceField, ListChoiceField, VersionField. filters: VisibleFilter, WordsFilter.
Nothing is imported here: the settings name parsing, tokens, errors and schema, which the framework loads before its own views.
"""
